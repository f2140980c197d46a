"""Measures and samples of the VAE of torch_vae.py at the sizes of W2, without training.

`eval`: the ELBO of a split, and the importance-weighted NLL. `sample`: sentences written word by word, greedily and
drawn by cumulative sum. Prints one JSON line.
"""

import argparse
import json
import math
import resource
import statistics
import time

import torch
from torch.nn import functional

from torch_vae import WORKLOADS, Vae

SIZES = WORKLOADS["W2"]
START, END = 1, 2


def infer(model, tokens):
    """tokens [time, batch] -> mean, log variance [batch, latent]"""
    _, (last, _) = model.encoder(model.encoder_embedding(tokens))
    return model.code(last[0]).chunk(2, 1)


def nll(model, tokens, z):
    """-log p(x|z), nats: [batch]"""
    inputs, targets = tokens[:-1], tokens[1:]
    time_, batch = inputs.shape
    c0 = model.cell(z).unsqueeze(0)
    x = torch.cat([model.decoder_embedding(inputs), z.unsqueeze(0).expand(time_, batch, -1)], 2)
    states, _ = model.decoder(x, (torch.tanh(c0), c0))
    logits = model.output(states).reshape(time_ * batch, -1)
    each = functional.cross_entropy(logits, targets.reshape(-1), reduction="none")
    return each.reshape(time_, batch).sum(0)


def elbo(model, tokens):
    """-ELBO, nats summed over the batch"""
    mean, log_variance = infer(model, tokens)
    z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
    kl = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum(1)
    return (nll(model, tokens, z) + kl).sum()


def importance_weights(model, tokens, samples):
    """log weights [batch, samples]: log p(x|z) + log p(z) - log q(z|x)"""
    time_, batch = tokens.shape
    mean, log_variance = (x.repeat_interleave(samples, 0) for x in infer(model, tokens))
    noise = torch.randn_like(mean)
    z = mean + torch.exp(0.5 * log_variance) * noise
    log_prior = -0.5 * (z.square() + math.log(2 * math.pi)).sum(1)
    log_posterior = -0.5 * (noise.square() + log_variance + math.log(2 * math.pi)).sum(1)
    copies = tokens.repeat_interleave(samples, 1)
    return (log_prior - log_posterior - nll(model, copies, z)).reshape(batch, samples)


def random_sentences(count, words):
    """tokens [words + 2, count] with start and end"""
    body = torch.randint(4, SIZES["vocabulary"], (words, count))
    return torch.cat([torch.full((1, count), START), body, torch.full((1, count), END)])


def evaluate(model, given):
    def one_pass(tokens, batch):
        start = time.perf_counter()
        total = sum(elbo(model, part).item() for part in tokens.split(batch, 1))
        return time.perf_counter() - start, total / tokens.shape[1]

    tokens = random_sentences(given.sentences, given.words)
    # The better of the training batch and a large one.
    best = min((32, 256), key=lambda batch: min(one_pass(tokens, batch)[0] for _ in range(2)))
    passes = [one_pass(tokens, best) for _ in range(given.passes)]

    few = random_sentences(given.few, given.words)
    chunk = 100

    def scored(count):
        start = time.perf_counter()
        weights = []
        for part in few.split(4, 1):
            parts = [importance_weights(model, part, chunk) for _ in range(0, count, chunk)]
            weights.append(torch.cat(parts, 1))
        log_weights = torch.cat(weights)
        nlls = math.log(count) - torch.logsumexp(log_weights, 1)
        return time.perf_counter() - start, nlls.mean().item()

    scored(chunk)
    seconds, importance_nll = scored(given.samples)
    return {
        "elboSeconds": statistics.median(seconds for seconds, _ in passes),
        "elboBatch": best,
        "importanceSeconds": seconds,
        "elbo": passes[-1][1],
        "importanceNll": importance_nll,
    }


def write(model, z, steps, choose):
    """words [steps, batch]; a row that has ended goes on, and what follows is thrown away"""
    c = model.cell(z).unsqueeze(0)
    h = torch.tanh(c)
    ids = torch.full((z.shape[0],), START)
    written = []
    for _ in range(steps):
        x = torch.cat([model.decoder_embedding(ids), z], 1).unsqueeze(0)
        states, (h, c) = model.decoder(x, (h, c))
        ids = choose(model.output(states[0]))
        written.append(ids)
    return torch.stack(written)


def greedy(logits):
    return logits.argmax(1)


def multinomial(logits):
    upto = torch.softmax(logits, 1).cumsum(1)
    target = torch.rand(logits.shape[0], 1) * upto[:, -1:]
    return torch.searchsorted(upto, target, right=True).clamp_(max=logits.shape[1] - 1).squeeze(1)


def sample(model, given):
    def speed(choose):
        speeds = []
        for each in range(given.passes + 1):
            z = torch.randn(given.sentences, SIZES["latent"])
            start = time.perf_counter()
            words = write(model, z, given.steps, choose)
            words = int(((words == END).cumsum(0) == 0).sum())
            if each > 0:
                speeds.append(words / (time.perf_counter() - start))
        return statistics.median(speeds)

    return {"greedy": speed(greedy), "multinomial": speed(multinomial)}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("what", choices=["eval", "sample"])
    for name in ("sentences", "words", "few", "samples", "steps", "passes"):
        arguments.add_argument(f"--{name}", type=int)
    arguments.add_argument("--threads", type=int, default=2)
    given = arguments.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(1)
    model = Vae(**SIZES).eval()
    with torch.inference_mode():
        result = {"eval": evaluate, "sample": sample}[given.what](model, given)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({**result, "peakBytes": peak, "version": torch.__version__}))


if __name__ == "__main__":
    main()
