"""The LSTM VAE of the benchmark workloads in PyTorch, written with torch.nn as its users write it.

Prints one JSON line: secondsPerStep (median over the steps), peakBytes, loss of the last step, version.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn

WORKLOADS = {
    "W1": dict(vocabulary=1000, embedding=50, hidden=50, latent=2, batch=32, length=10),
    "W2": dict(vocabulary=10_000, embedding=256, hidden=256, latent=32, batch=32, length=16),
    "W3": dict(vocabulary=20_000, embedding=512, hidden=1024, latent=32, batch=32, length=80),
}


class Vae(nn.Module):
    def __init__(self, vocabulary, embedding, hidden, latent, **_):
        super().__init__()
        self.encoder_embedding = nn.Embedding(vocabulary, embedding)
        self.encoder = nn.LSTM(embedding, hidden)
        self.code = nn.Linear(hidden, 2 * latent, bias=False)
        self.decoder_embedding = nn.Embedding(vocabulary, embedding)
        self.cell = nn.Linear(latent, hidden, bias=False)
        self.decoder = nn.LSTM(embedding + latent, hidden)
        self.output = nn.Linear(hidden, vocabulary, bias=False)
        self.drop_in = nn.Dropout(0.5)
        self.drop_out = nn.Dropout(0.5)
        self.nll = nn.CrossEntropyLoss(reduction="sum")
        for name, parameter in self.named_parameters():
            bound = 0.1 if "embedding" in name else 0.01
            nn.init.uniform_(parameter, -bound, bound)
        # torch.nn gives an LSTM two biases, which learn twice as fast as the one of the model measured beside it.
        for lstm in (self.encoder, self.decoder):
            nn.init.zeros_(lstm.bias_hh_l0).requires_grad_(False)

    def forward(self, tokens):
        """tokens [time + 1, batch] -> batch loss (mean over sentences of reconstruction + KL)"""
        inputs, targets = tokens[:-1], tokens[1:]
        time_, batch = inputs.shape
        _, (last, _) = self.encoder(self.encoder_embedding(inputs))
        mean, log_variance = self.code(last[0]).chunk(2, 1)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        kl = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum()
        c0 = self.cell(z).unsqueeze(0)
        words = self.drop_in(self.decoder_embedding(inputs))
        x = torch.cat([words, z.unsqueeze(0).expand(time_, batch, -1)], 2)
        states, _ = self.decoder(x, (torch.tanh(c0), c0))
        logits = self.output(self.drop_out(states))
        rec = self.nll(logits.reshape(time_ * batch, -1), targets.reshape(-1))
        return (rec + kl) / batch


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--workload", choices=WORKLOADS, required=True)
    arguments.add_argument("--steps", type=int, required=True)
    arguments.add_argument("--warm", type=int, required=True)
    arguments.add_argument("--threads", type=int, default=2)
    given = arguments.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(1)
    sizes = WORKLOADS[given.workload]
    model = Vae(**sizes)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=1.0)
    batches = [
        torch.randint(sizes["vocabulary"], (sizes["length"] + 1, sizes["batch"])) for _ in range(8)
    ]
    seconds = []
    loss = None
    for step in range(given.warm + given.steps):
        start = time.perf_counter()
        optimizer.zero_grad()
        objective = model(batches[step % len(batches)])
        objective.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        loss = objective.item()
        if step >= given.warm:
            seconds.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                "secondsPerStep": statistics.median(seconds),
                "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                "loss": loss,
                "version": torch.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
