# The web server, the sender and the indexer are one image; compose.yaml says which command each runs.
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements/runtime.txt requirements/runtime.txt
RUN python -m venv /app/.venv \
 && /app/.venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/runtime.txt
COPY ledger ledger
COPY records records
COPY indexer indexer
COPY insights insights
COPY api api
COPY lotmark lotmark

FROM python:3.12-slim
RUN useradd --create-home lotmark
COPY --from=build /app /app
WORKDIR /app
USER lotmark
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
EXPOSE 8000
ENTRYPOINT ["python", "-m", "lotmark"]
