"""Numbers of the Möbius controller's forward pass by JAX in double precision: writes mobius_controller.json beside it.

pip install jax numpy; python tests/data/mobius_controller.py

Weights and field are formulas that the test repeats, so that only what comes out has to be kept.
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
HIDDEN = 16
STEPS = 3
NODES = 512


def weights(tensor, shape, fan):
    """Evenly within 1 / sqrt(fan) about 0 by Knuth's multiplicative hash, in f32."""
    index = np.arange(np.prod(shape), dtype=np.uint64) + np.uint64(1_000_003 * (tensor + 1))
    part = (index * np.uint64(2_654_435_761) % np.uint64(2**32)).astype(np.float64) / 2**32
    return jnp.asarray(((2 * part - 1) / np.sqrt(fan)).astype(np.float32).astype(np.float64).reshape(shape))


def make():
    """Tensors in the order in which the test makes them."""
    names = []
    for layer in range(4):
        inputs = 256 if layer == 0 else HIDDEN
        names += [(f"rnn.weight_ih_l{layer}", (4 * HIDDEN, inputs), HIDDEN), (f"rnn.weight_hh_l{layer}", (4 * HIDDEN, HIDDEN), HIDDEN)]
        names += [(f"rnn.bias_ih_l{layer}", (4 * HIDDEN,), HIDDEN), (f"rnn.bias_hh_l{layer}", (4 * HIDDEN,), HIDDEN)]
    for branch, last in (("actor", 128), ("critic", 1)):
        for place, rows, columns in ((0, 1024, HIDDEN), (3, 512, 1024), (5, last, 512)):
            names += [(f"{branch}.{place}.weight", (rows, columns), columns), (f"{branch}.{place}.bias", (rows,), columns)]
    heads = ("w_head", "tau_head", "sites_head", "uvhl_w_head", "uvhl_L_head", "uvhl_n_head")
    for place, rows, columns in ((0, 256, HIDDEN), (2, 1, 256)):
        names += [(f"{head}.{place}.weight", (rows, columns), columns) for head in heads]
        names += [(f"{head}.{place}.bias", (rows,), columns) for head in heads]
    return {name: weights(tensor, shape, fan) for tensor, (name, shape, fan) in enumerate(names)}


def observation(step):
    """|psi| and arg psi of the first 128 of 256 nodes at equal steps."""
    node = np.arange(NODES, dtype=np.float64)
    field = np.stack([np.sin(0.37 * node + step), np.cos(0.11 * node * (step + 1))], 1).astype(np.float32).astype(np.float64)
    seen = field[:: NODES // 256][:128]
    return jnp.concatenate([jnp.hypot(seen[:, 0], seen[:, 1]), jnp.arctan2(seen[:, 1], seen[:, 0])])


def perceptron(tensors, name, places, values):
    for place in places[:-1]:
        values = jax.nn.relu(tensors[f"{name}.{place}.weight"] @ values + tensors[f"{name}.{place}.bias"])
    return tensors[f"{name}.{places[-1]}.weight"] @ values + tensors[f"{name}.{places[-1]}.bias"]


def main():
    tensors = make()
    hidden, cells = [jnp.zeros(HIDDEN)] * 4, [jnp.zeros(HIDDEN)] * 4
    steps = []
    for step in range(STEPS):
        values = observation(step)
        for layer in range(4):
            gates = tensors[f"rnn.weight_ih_l{layer}"] @ values + tensors[f"rnn.bias_ih_l{layer}"]
            gates += tensors[f"rnn.weight_hh_l{layer}"] @ hidden[layer] + tensors[f"rnn.bias_hh_l{layer}"]
            i, f, g, o = jnp.split(gates, 4)
            cells[layer] = jax.nn.sigmoid(f) * cells[layer] + jax.nn.sigmoid(i) * jnp.tanh(g)
            hidden[layer] = jax.nn.sigmoid(o) * jnp.tanh(cells[layer])
            values = hidden[layer]
        heads = [f"{head}_head" for head in ("w", "tau", "sites", "uvhl_w", "uvhl_L", "uvhl_n")]
        steps.append({
            "features": values.tolist(),
            "action": jnp.tanh(perceptron(tensors, "actor", (0, 3, 5), values)).tolist(),
            "value": float(perceptron(tensors, "critic", (0, 3, 5), values)[0]),
            "heads": [float(jax.nn.sigmoid(perceptron(tensors, head, (0, 2), values))[0]) for head in heads],
        })
    round_all = lambda numbers: [round(number, 12) for number in numbers]
    steps = [{key: round_all(entry) if isinstance(entry, list) else round(entry, 12) for key, entry in step.items()} for step in steps]
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"jax": jax.__version__, "steps": steps}, indent=0) + "\n")


main()
