"""Scores a text with PyPI's kenlm and prints one JSON line: the peer of bench/ngram.ts."""

import json
import resource
import sys
import time

import kenlm

model_path, text_path, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])

start = time.perf_counter()
model = kenlm.Model(model_path)
load_seconds = time.perf_counter() - start

seconds = []
cpu_seconds = []
for _ in range(rounds):
    start = time.perf_counter()
    cpu_start = time.process_time()
    scores = []
    tokens = 0
    with open(text_path, encoding="utf-8") as text:
        for line in text:
            scores.append(model.score(line))
            tokens += line.count(" ") + 2
    seconds.append(time.perf_counter() - start)
    cpu_seconds.append(time.process_time() - cpu_start)

print(
    json.dumps(
        {
            "loadSeconds": load_seconds,
            "seconds": seconds,
            "cpuSeconds": cpu_seconds,
            "tokens": tokens,
            "log10": sum(scores),
            "scores": scores[:1000],
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
)
