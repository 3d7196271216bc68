"""The vocabularies of CBV 2.0: bare words, URNs, URIs and compact URIs of the same term, and
private terms.

A standard word that is misspelt is a fault; a private term is any URI outside the namespaces of
GS1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.vocabulary import BIZ_STEPS, DISPOSITIONS

DEFAULT_PREFIXES = {
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "epcis": "https://ref.gs1.org/epcis/",
    "gs1": "https://ref.gs1.org/voc/",
}
"""Prefixes that the standard's own context defines."""

_URI = re.compile(r"[A-Za-z_][A-Za-z0-9_+.-]*:[^\s\x00-\x20]+")
_CBV = "https://ref.gs1.org/cbv/"
_CBV_URN = "urn:epcglobal:cbv:"
_GS1 = (
    "https://ref.gs1.org/voc/",
    "https://gs1.org/voc/",
    "https://www.gs1.org/voc/",
    "http://gs1.org/voc/",
)
_GS1 = (
    "https://ref.gs1.org/voc/",
    "https://gs1.org/voc/",
    "http://gs1.org/voc/",
    "https://www.gs1.org/voc/",
)

TRANSACTION_TYPES = (
    "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt".split()
)
PARTY_TYPES = ["owning_party", "possessing_party", "location"]
ERROR_REASONS = ["did_not_occur", "incorrect_data"]
SENSOR_EXCEPTIONS = ["ALARM_CONDITION", "ERROR_CONDITION"]
COMPONENTS = (
    "x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting "
    "northing latitude longitude altitude"
).split()
MEASUREMENTS = (
    "AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Activity Altitude "
    "AmountOfSubstance AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum "
    "AngularVelocity Area Capacitance Conductance Conductivity Count Density Dimensionless "
    "DoseEquivalent DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent "
    "ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency Illuminance "
    "Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux "
    "LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass "
    "MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy "
    "MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity Radioactivity "
    "RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity "
    "SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction "
    "VolumetricFlux Wavenumber"
).split()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A list of standard words and the names under which its terms go in URIs and URNs."""

    label: str
    words: tuple[str, ...]
    uri_prefix: str = ""  # after https://ref.gs1.org/cbv/
    urn_prefix: str = ""  # after urn:epcglobal:cbv:
    web: bool = False  # terms of the GS1 Web Vocabulary
    tolerant: bool = False  # private terms under cbv: stand in real documents


BIZ_STEP = Vocabulary("business step", tuple(BIZ_STEPS), "BizStep-", "bizstep:")
DISPOSITION = Vocabulary("disposition", tuple(DISPOSITIONS), "Disp-", "disp:")
TRANSACTION_TYPE = Vocabulary(
    "business transaction type", tuple(TRANSACTION_TYPES), "BTT-", "btt:", tolerant=True
)
PARTY_TYPE = Vocabulary(
    "source or destination type", tuple(PARTY_TYPES), "SDT-", "sdt:", tolerant=True
)
ERROR_REASON = Vocabulary("error reason", tuple(ERROR_REASONS), "ER-", "er:")
COMPONENT = Vocabulary("sensor report component", tuple(COMPONENTS), "Comp-", "comp:")
MEASUREMENT = Vocabulary("measurement type", tuple(MEASUREMENTS), web=True)
SENSOR_EXCEPTION = Vocabulary("sensor exception", tuple(SENSOR_EXCEPTIONS), web=True)


def is_uri(text: str) -> bool:
    """Whether text is a URI or compact URI: scheme or prefix, colon, no white space."""
    return _URI.fullmatch(text) is not None


def prefixes_of(contexts: Iterable[object]) -> dict[str, str]:
    """The prefixes that JSON-LD contexts define in place; remote contexts are never fetched."""
    prefixes: dict[str, str] = {}
    for context in contexts:
        for entry in context if isinstance(context, list) else [context]:
            if isinstance(entry, dict):
                prefixes |= {name: uri for name, uri in entry.items() if isinstance(uri, str)}
    return prefixes


def expanded(uri: str, prefixes: Mapping[str, str]) -> str:
    """A compact URI in full, where its prefix is known; anything else as it is."""
    prefix, colon, local = uri.partition(":")
    if colon and not local.startswith("//"):
        namespace = prefixes.get(prefix) or DEFAULT_PREFIXES.get(prefix)
        if namespace:
            return namespace + local
    return uri


def term(vocabulary: Vocabulary, text: str, prefixes: Mapping[str, str]) -> str | None:
    """The bare word of a standard term, the URI of a private one, None for a misspelt one."""
    if ":" not in text:
        return text if text in vocabulary.words else None
    if not is_uri(text):
        return None
    uri = expanded(text, prefixes)
    word = _standard_word(vocabulary, uri)
    if word is not None:
        return word if word in vocabulary.words else None
    if uri.startswith(_CBV_URN):
        return None
    if uri.startswith(_CBV):
        private = vocabulary.tolerant and text != uri and "-" not in uri[len(_CBV) :]
        return uri if private else None
    return uri


def _standard_word(vocabulary: Vocabulary, uri: str) -> str | None:
    """What the term of this vocabulary would be called, if the URI has the form of one."""
    if vocabulary.web:
        for namespace in _GS1:
            if uri.startswith(namespace):
                local = uri[len(namespace) :].removeprefix("MT-")
                return (
                    local if local[:1].isupper() else None
                )  # lower case: a property, used as a private term
        return None
    for namespace in (_CBV + vocabulary.uri_prefix, _CBV_URN + vocabulary.urn_prefix):
        if uri.startswith(namespace):
            return uri[len(namespace) :]
    return None
