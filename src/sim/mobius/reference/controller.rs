//! The controller: four layers of LSTM, actor, critic and heads, from tensors by name.

use std::collections::BTreeMap;

/// Tensors by the names of the published program.
pub type Tensors = BTreeMap<String, Vec<f64>>;

/// What the controller says.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// 128 numbers in (−1, 1).
    pub action: Vec<f64>,
    /// The critic's value.
    pub value: f64,
    /// Six numbers in (0, 1): windings, torsion, sites, uvhl_w, uvhl_L, uvhl_n.
    pub heads: [f64; 6],
}

/// A controller with its state.
#[derive(Clone, Debug)]
pub struct Controller {
    tensors: Tensors,
    /// Hidden state of the four layers.
    pub hidden: Vec<Vec<f64>>,
    /// Their cells.
    pub cells: Vec<Vec<f64>>,
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Controller {
    /// At rest, with so many hidden units.
    pub fn new(tensors: Tensors, hidden: usize) -> Self {
        Self { tensors, hidden: vec![vec![0.0; hidden]; 4], cells: vec![vec![0.0; hidden]; 4] }
    }

    fn linear(&self, weight: &str, bias: &str, inputs: &[f64]) -> Vec<f64> {
        let (weight, bias) = (&self.tensors[weight], &self.tensors[bias]);
        let dot = |row: &[f64]| row.iter().zip(inputs).map(|(a, b)| a * b).sum::<f64>();
        weight.chunks_exact(inputs.len()).map(dot).zip(bias).map(|(sum, bias)| sum + bias).collect()
    }

    fn perceptron(&self, name: &str, layers: &[u32], inputs: &[f64]) -> Vec<f64> {
        let mut values = inputs.to_vec();
        for (place, layer) in layers.iter().enumerate() {
            values = self.linear(&format!("{name}.{layer}.weight"), &format!("{name}.{layer}.bias"), &values);
            if place + 1 < layers.len() {
                values.iter_mut().for_each(|value| *value = value.max(0.0));
            }
        }
        values
    }

    /// One step: what it says of an observation.
    pub fn step(&mut self, observation: &[f64]) -> Said {
        let mut inputs = observation.to_vec();
        for layer in 0..4 {
            let units = self.hidden[layer].len();
            let of = |part: &str| [format!("rnn.weight_{part}_l{layer}"), format!("rnn.bias_{part}_l{layer}")];
            let ([wi, bi], [wh, bh]) = (of("ih"), of("hh"));
            let both = self.linear(&wi, &bi, &inputs).into_iter().zip(self.linear(&wh, &bh, &self.hidden[layer]));
            let gates: Vec<f64> = both.map(|(a, b)| a + b).collect();
            let gate = |number: usize, unit: usize| gates[number * units + unit];
            for unit in 0..units {
                let kept = logistic(gate(1, unit)) * self.cells[layer][unit];
                self.cells[layer][unit] = kept + logistic(gate(0, unit)) * gate(2, unit).tanh();
                self.hidden[layer][unit] = logistic(gate(3, unit)) * self.cells[layer][unit].tanh();
            }
            inputs.clone_from(&self.hidden[layer]);
        }
        let head = |name: &str| logistic(self.perceptron(name, &[0, 2], &inputs)[0]);
        Said {
            action: self.perceptron("actor", &[0, 3, 5], &inputs).into_iter().map(f64::tanh).collect(),
            value: self.perceptron("critic", &[0, 3, 5], &inputs)[0],
            heads: ["w_head", "tau_head", "sites_head", "uvhl_w_head", "uvhl_L_head", "uvhl_n_head"].map(head),
        }
    }
}
