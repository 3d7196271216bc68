"""The picture of a trace: nothing overlaps, sources stand left, acts are told from words."""

from hypothesis import given
from hypothesis import strategies as st

from api.pages.graph import HEIGHT, WIDTH, Label, cut, draw
from indexer.queries.trace import Trace, TraceEdge, TraceNode
from ledger.vocabulary import DocumentHash, Id, OrgId, lot

ITEMS = [lot("09521234000013", f"L{n}").id for n in range(12)]


def node(number, depth, *, recorded=True):
    return TraceNode(ITEMS[number], depth, "lot", recorded)


def edge(source, target, *, fact=True):
    return TraceEdge(
        ITEMS[source], ITEMS[target], "transformation", 1 if fact else None, 1, 1, OrgId(1),
        DocumentHash(bytes(32)), fact, 1, 1,
    )  # fmt: skip


def labels(makers):
    return {item: Label("Salad", f"L{n}", makers[n]) for n, item in enumerate(ITEMS)}


@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.booleans()), max_size=20),
    st.lists(st.sampled_from(["Farm", "Kitchen", "", "农场"]), min_size=12, max_size=12),
)
def test_boxes_never_overlap_and_lie_within(depths, pairs, makers):
    nodes = tuple(node(n, depth) for n, depth in enumerate(depths))
    edges = tuple(edge(a, b, fact=fact) for a, b, fact in pairs)
    picture = draw(Id(ITEMS[0]), Trace(nodes, edges, False), labels(makers), {})
    assert len(picture.boxes) == len(nodes)
    assert sum(box.start for box in picture.boxes) == 1
    corners = [(box.x, box.y) for box in picture.boxes]
    for i, (x, y) in enumerate(corners):
        assert 0 < x <= picture.width - WIDTH
        assert 0 < y <= picture.height - HEIGHT
        for other_x, other_y in corners[i + 1 :]:
            assert abs(x - other_x) >= WIDTH or abs(y - other_y) >= HEIGHT
    by_depth = {n.item: n.depth for n in nodes}
    order = sorted(picture.boxes, key=lambda box: box.x)
    assert [by_depth[b.item] for b in order] == sorted(by_depth.values())


def test_one_line_a_pair_and_an_act_is_stronger_than_words():
    trace = Trace(
        (node(0, 0), node(1, -1), node(2, -1)),
        (edge(1, 0, fact=False), edge(1, 0), edge(2, 0, fact=False), edge(5, 0)),
        False,
    )
    picture = draw(Id(ITEMS[0]), trace, labels(["Farm"] * 12), {})
    assert sorted(line.fact for line in picture.lines) == [False, True]


def test_an_organisations_items_stand_together():
    nodes = (node(0, 0), *(node(n, -1) for n in range(1, 7)))
    makers = ["Kitchen", *["Farm", "Mill"] * 6]
    picture = draw(Id(ITEMS[0]), Trace(nodes, (), False), labels(makers[:12]), {})
    assert sorted(group.name for group in picture.groups) == ["Farm", "Kitchen", "Mill"]


@given(st.text(max_size=60), st.integers(2, 30))
def test_texts_fit(text, width):
    assert len(cut(text, width)) <= width
    assert cut("罗马生菜罗马生菜", 8) == "罗马生…"
    assert cut("lettuce", 7) == "lettuce"
