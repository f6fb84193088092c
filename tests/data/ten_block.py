"""Outputs of one block of the temporal eigenstate network from JAX in double precision: python ten_block.py

Needs jax (CPU) and numpy. Writes ten_block_*.npy beside itself; tests/ten/jax.rs makes the same weights by the same rule.
"""
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
WIDTH, SIZE, CELLS, TOKENS, STRENGTH = 64, 32, 2, 64, 0.1


def numbers(tag, shape, scale, centre=0.0):
    count = int(np.prod(shape))
    mask = np.uint64(0xFFFFFFFF)
    word = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(tag) * np.uint64(2246822519)) & mask
    word = ((word ^ (word >> np.uint64(15))) * np.uint64(2246822519)) & mask
    word = ((word ^ (word >> np.uint64(13))) * np.uint64(3266489917)) & mask
    unit = ((word ^ (word >> np.uint64(16))) >> np.uint64(8)).astype(np.float64) / 2.0**24
    values = ((2.0 * unit - 1.0) * scale).astype(np.float32).astype(np.float64)
    return jnp.asarray((values + centre).astype(np.float32).astype(np.float64).reshape(shape))


def normalise(x, tag):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / jnp.sqrt(variance + 1e-5) * numbers(tag, WIDTH, 0.5, 1.0) + numbers(tag + 1, WIDTH, 0.5)


def mix(x, corrected, twice):
    planes = 2 if corrected else 1
    total = 0.0
    for cell in range(CELLS):
        learned = numbers(10 + cell, SIZE, 1.0, -3.5 if corrected else -1.0)
        phase = numbers(20 + cell, SIZE, 3.0)
        matrix = numbers(30 + cell, (SIZE, SIZE), 1.0)
        resonance = (jnp.eye(SIZE) + STRENGTH * matrix / (jnp.linalg.norm(matrix) + 1e-8)).astype(complex)
        rho = jnp.exp(-jnp.exp(learned)) if corrected else 0.99 * jax.nn.sigmoid(learned)
        gain = jnp.sqrt(1 - rho**2) if corrected else jnp.ones(SIZE)
        drive = x @ numbers(40 + cell, (planes * SIZE, WIDTH), 0.2).T
        drive = gain * (drive[:, :SIZE] + 1j * drive[:, SIZE:] if corrected else drive + 0j)
        eigenvalue = rho * jnp.exp(1j * phase)

        def step(c, beta):
            c = (eigenvalue * c + beta) @ resonance
            return c, c

        states = jax.lax.scan(step, jnp.zeros(SIZE, complex), drive)[1]
        states = states @ resonance if twice else states
        read = jnp.concatenate([states.real, states.imag], -1) if corrected else states.real
        total = total + read @ numbers(50 + cell, (WIDTH, planes * SIZE), 0.2).T
    return total / CELLS


def feed_forward(x, tanh):
    hidden = x @ numbers(70, (4 * WIDTH, WIDTH), 0.2).T + numbers(71, 4 * WIDTH, 0.5)
    return jax.nn.gelu(hidden, approximate=tanh) @ numbers(72, (WIDTH, 4 * WIDTH), 0.2).T + numbers(73, WIDTH, 0.5)


def block(corrected, fix):
    tokens = (np.arange(TOKENS) * 89 + 7) % 256
    x = numbers(1, (256, WIDTH), 1.0)[tokens]
    if corrected:
        x = x + mix(normalise(x, 60), True, False)
        x = x + feed_forward(normalise(x, 62), False)
    else:
        x = x + numbers(2, (96, WIDTH), 0.5)[:TOKENS]
        x = normalise(x + mix(x, False, fix), 60)
        x = normalise(x + feed_forward(x, fix), 62)
    return np.asarray(normalise(x, 64))


for name, arguments in {"corrected": (True, False), "published": (False, False), "published_fix": (False, True)}.items():
    np.save(Path(__file__).parent / f"ten_block_{name}.npy", block(*arguments))
