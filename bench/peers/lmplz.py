"""Runs KenLM's trainer on a text and prints one JSON line: the peer of bench/ngram.ts. Where it is built is an argument."""

import json
import resource
import subprocess
import sys
import time

binary, text_path, arpa_path = sys.argv[1:4]

start = time.perf_counter()
subprocess.run(
    [binary, "-o", "5", "-S", "2G", "--text", text_path, "--arpa", arpa_path],
    check=True,
    stderr=subprocess.DEVNULL,
)
seconds = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(
    json.dumps(
        {
            "seconds": seconds,
            "cpuSeconds": used.ru_utime + used.ru_stime,
            "peakBytes": used.ru_maxrss * 1024,
        }
    )
)
