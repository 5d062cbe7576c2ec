"""What other de-identification tools find, and the processor time it takes them; runs in the peers' own environment.

    python deid_peers.py TOOL TEXTS.json FOUND.json --conll FOLDER --work FOLDER [--warm TEXTS.json]

Neither tool comes with its statistical part on a package registry: Presidio's named-entity model and Philter's
part-of-speech tagger are trained here on CoNLL-2003 once and kept in the work folder.
"""

import argparse
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Stretch = tuple[int, int]
Finder = Callable[[Sequence[str]], list[list[Stretch]]]
NAMES = {"PER": "PERSON", "LOC": "GPE", "ORG": "ORG", "MISC": "NORP"}
"""CoNLL's classes as the classes Presidio expects of a model."""
STEPS = 2000
BATCH = 128
"""Texts that spaCy reads together."""


def sentences(path: Path) -> Iterator[list[list[str]]]:
    """Yield sentences of word, part of speech, chunk and entity."""
    rows: list[list[str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("-DOCSTART-"):
            rows.append(line.split())
        elif rows:
            yield rows
            rows = []


def presidio(conll: Path, work: Path) -> Finder:
    """Return Presidio's analyser with all its default recognisers and a trained named-entity model."""
    engine = _analyser(conll, work)
    return lambda texts: [[(one.start, one.end) for one in engine.analyze(text=text, language="en")] for text in texts]


def presidio_batched(conll: Path, work: Path) -> Finder:
    """Return Presidio's analyser of many texts together, in spaCy's batches."""
    from presidio_analyzer import BatchAnalyzerEngine

    engine = BatchAnalyzerEngine(analyzer_engine=_analyser(conll, work))

    def find(texts: Sequence[str]) -> list[list[Stretch]]:
        found = engine.analyze_iterator(texts, language="en", batch_size=BATCH)
        return [[(one.start, one.end) for one in some] for some in found]

    return find


def _analyser(conll: Path, work: Path) -> "AnalyzerEngine":  # noqa: F821 - imported where the peers are installed
    import tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    model = work / "conll_ner"
    if not model.exists():
        _train_entities(conll, model)
    settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": str(model)}]}
    return AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=settings).create_engine())


def _train_entities(conll: Path, model: Path) -> None:
    import spacy
    from spacy.training import Example
    from spacy.util import compounding, fix_random_seed, minibatch

    fix_random_seed(0)
    pipe = spacy.blank("en")
    tagger = pipe.add_pipe("ner")
    for name in NAMES.values():
        tagger.add_label(name)
    examples = []
    for rows in sentences(conll / "train.txt"):
        words = [row[0] for row in rows]
        tags = [row[3] if row[3] == "O" else f"{row[3][:2]}{NAMES[row[3][2:]]}" for row in rows]
        plain = spacy.tokens.Doc(pipe.vocab, words=words)
        examples.append(Example(plain, spacy.tokens.Doc(pipe.vocab, words=words, ents=_bio(tags))))
    optimizer = pipe.initialize(lambda: examples)
    order = list(range(len(examples)))
    done = 0
    import random

    dice = random.Random(0)
    while done < STEPS:
        dice.shuffle(order)
        for batch in minibatch([examples[at] for at in order], size=compounding(32, 128, 1.001)):
            pipe.update(batch, sgd=optimizer, drop=0.2)
            done += 1
            if done == STEPS:
                break
    pipe.add_pipe("sentencizer", first=True)
    pipe.to_disk(model)


def _bio(tags: list[str]) -> list[str]:
    """Return tags in which every entity begins with B, as spaCy asks."""
    fixed, before = [], "O"
    for tag in tags:
        begins = tag.startswith("I-") and before[2:] != tag[2:]
        fixed.append(f"B-{tag[2:]}" if begins else tag)
        before = tag
    return fixed


def philter(conll: Path, work: Path) -> Finder:
    """Return Philter with its delta configuration."""
    import nltk
    import philter_ucsf
    from nltk.tag.perceptron import PerceptronTagger

    kept = work / "conll_pos"
    tagger = PerceptronTagger(load=False)
    if kept.exists():
        _load(tagger, kept)
    else:
        tagger.train([[(row[0], row[1]) for row in rows] for rows in sentences(conll / "train.txt")])
        _save(tagger, kept)
    nltk.pos_tag = tagger.tag
    home = Path(philter_ucsf.__file__).parent
    compiled = re.compile

    def tolerant(pattern: str, flags: int = 0) -> re.Pattern[str]:
        """Compile with global flags anywhere, as Python did before 3.11, when Philter was written."""
        if isinstance(pattern, str):
            found = re.findall(r"\(\?([aiLmsux]+)\)", pattern)
            pattern = "".join(f"(?{one})" for one in found[:1]) + re.sub(r"\(\?[aiLmsux]+\)", "", pattern)
        return compiled(pattern, flags)

    from philter_ucsf import philter as module
    from philter_ucsf.philter import Philter

    module.re.compile = tolerant

    def find(texts: Sequence[str]) -> list[list[Stretch]]:
        notes, done = work / "notes", work / "done"
        for folder in (notes, done):
            folder.mkdir(exist_ok=True)
            for old in folder.iterdir():
                old.unlink()
        for number, text in enumerate(texts):
            (notes / f"{number:06d}.txt").write_text(text, encoding="utf-8", newline="")
        here = Path.cwd()
        os.chdir(home)
        try:
            tool = Philter(
                {
                    "verbose": False,
                    "run_eval": False,
                    "finpath": f"{notes}/",
                    "foutpath": f"{done}/",
                    "outformat": "asterisk",
                    "filters": "configs/philter_delta.json",
                    "cachepos": None,
                }
            )
            tool.map_coordinates()
            tool.transform()
        finally:
            os.chdir(here)
        return [_starred(text, done / f"{number:06d}.txt") for number, text in enumerate(texts)]

    return find


def _save(tagger: object, path: Path) -> None:
    path.write_text(
        json.dumps([tagger.model.weights, tagger.tagdict, sorted(tagger.classes)]),
        encoding="utf-8",  # type: ignore[attr-defined]
    )


def _load(tagger: object, path: Path) -> None:
    weights, tags, classes = json.loads(path.read_text(encoding="utf-8"))
    tagger.model.weights, tagger.tagdict = weights, tags  # type: ignore[attr-defined]
    tagger.classes = tagger.model.classes = set(classes)  # type: ignore[attr-defined]


def _starred(text: str, path: Path) -> list[Stretch]:
    masked = path.read_text(encoding="utf-8") if path.exists() else ""
    if len(masked) != len(text):
        masked = masked.ljust(len(text))[: len(text)]
    return [match.span() for match in re.finditer(r"\*+", masked)]


TOOLS: dict[str, Callable[[Path, Path], Finder]] = {
    "presidio": presidio,
    "presidio-batched": presidio_batched,
    "philter": philter,
}


def main() -> None:
    """Run a peer over texts and write what it found."""
    asked = argparse.ArgumentParser()
    asked.add_argument("tool", choices=sorted(TOOLS))
    asked.add_argument("texts", type=Path)
    asked.add_argument("found", type=Path)
    asked.add_argument("--conll", type=Path, required=True)
    asked.add_argument("--work", type=Path, required=True)
    asked.add_argument("--warm", type=Path, help="texts that are read before the time is taken")
    given = asked.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    texts = json.loads(given.texts.read_text(encoding="utf-8"))
    find = TOOLS[given.tool](given.conll, given.work.resolve())
    find(json.loads(given.warm.read_text(encoding="utf-8")) if given.warm else texts[:1])
    before = time.process_time()
    found = find(texts)
    seconds = time.process_time() - before
    given.found.write_text(json.dumps({"processor_seconds": seconds, "found": found}), encoding="utf-8")


if __name__ == "__main__":
    main()
