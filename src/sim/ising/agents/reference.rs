//! The population in plain words and double precision, for tests.

use super::agent::Agent;
use super::anneal::anneal;
use super::draw;
use super::emotion::Emotion;
use super::empathy::{Accuracy, accuracy, attention, collective, imagine, quick_estimate, respond, score, similarity};
use super::memory::Memory;
use super::params::{AgentsModel, Switches};
use crate::sim::Refusal;
use crate::sim::random::Draws;

/// A population that goes from cycle to cycle agent by agent.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The model.
    pub model: AgentsModel,
    /// Where its draws come from.
    pub draws: Draws,
    /// The agents.
    pub agents: Vec<Agent>,
    /// Their memories.
    pub memories: Vec<Memory>,
    /// Their emotions.
    pub emotions: Vec<Emotion>,
    /// What they know of each other, agent by agent and slot by slot.
    pub pairs: Vec<Pair>,
    /// What the others of each feel together.
    pub collectives: Vec<Emotion>,
    /// Cycles done.
    pub cycle: u32,
}

/// An agent and another that it turns to.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The other.
    pub other: usize,
    /// The other as it is imagined, unless a quick estimate does without.
    pub image: Option<Agent>,
    /// How well the image tells the other's state.
    pub accuracy: Option<Accuracy>,
    /// Similarity of their couplings.
    pub similarity: f64,
    /// The score.
    pub empathy: f64,
    /// The share of attention.
    pub attention: f64,
}

impl Reference {
    /// The population at its start.
    ///
    /// # Errors
    /// A model that is out of range.
    pub fn new(model: &AgentsModel, seed: u32) -> Result<Self, Refusal> {
        let draws = Draws { generator: model.generator, seed };
        let agents = (0..model.agents)
            .map(|index| {
                let mut agent = Agent::new(model.couplings(), model.spins as usize, draws, index)?;
                agent.scatter(draws, 0, index);
                Ok(agent)
            })
            .collect::<Result<Vec<_>, Refusal>>()?;
        let memories = vec![Memory::default(); agents.len()];
        let (emotions, pairs, collectives) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { model: model.clone(), draws, agents, memories, emotions, pairs, collectives, cycle: 0 })
    }

    /// The other that an agent turns to in one of its slots: drawn from the slot's share of those that follow it.
    pub fn other_of(&self, agent: u32, slot: u32) -> usize {
        let (circle, others) = (self.model.circle(), self.model.others);
        let low = slot * circle / others;
        let width = (slot + 1) * circle / others - low;
        let word = self.draws.words(self.cycle, draw::ATTENTION, agent * others + slot)[0];
        ((agent + 1 + low + (((word >> 16) * width) >> 16)) % self.model.agents) as usize
    }

    /// One cycle.
    pub fn step(&mut self, switches: Switches) {
        self.cycle += 1;
        let (model, draws, cycle) = (self.model.clone(), self.draws, self.cycle);
        let schedule = model.schedule(switches);
        if model.annealed {
            for (index, agent) in self.agents.iter_mut().enumerate() {
                anneal(agent, schedule, draws, cycle, index as u32);
            }
        }
        self.emotions = self.agents.iter().map(Emotion::of).collect();
        self.pairs = (0..model.pairs()).map(|pair| self.pair(pair, switches)).collect();
        let before = self.agents.clone();
        let others = model.others as usize;
        self.collectives.clear();
        for (index, pairs) in self.pairs.chunks_mut(others).enumerate() {
            let scores: Vec<f64> = pairs.iter().map(|pair| pair.empathy).collect();
            let weights = attention(&scores);
            for (pair, weight) in pairs.iter_mut().zip(&weights) {
                pair.attention = *weight;
            }
            let emotions: Vec<_> = pairs.iter().map(|pair| self.emotions[pair.other]).collect();
            self.collectives.push(collective(&weights, &emotions));
            let most = (1..others).fold(0, |most, slot| if scores[slot] > scores[most] { slot } else { most });
            self.memories[index].store(self.emotions[index], scores[most]);
            if model.compassion {
                let other = &before[pairs[most].other];
                let at = [cycle, index as u32];
                respond(&mut self.agents[index], other, scores[most], model.strength, model.noise, draws, at);
            }
        }
    }

    fn pair(&self, pair: u32, switches: Switches) -> Pair {
        let model = &self.model;
        let agent = pair / model.others;
        let other = self.other_of(agent, pair % model.others);
        let (own, theirs) = (&self.agents[agent as usize], &self.agents[other]);
        let similarity = similarity(own, theirs);
        if switches.quick_estimate {
            let empathy = quick_estimate(own, theirs);
            return Pair { other, image: None, accuracy: None, similarity, empathy, attention: 0.0 };
        }
        let image = imagine(theirs, model.schedule(switches), self.draws, self.cycle, model.agents + pair);
        let accuracy = accuracy(&image, theirs, model.rules.scale(), switches.early_exit);
        let empathy = score(accuracy, similarity, model.rules.weights());
        Pair { other, image: Some(image), accuracy: Some(accuracy), similarity, empathy, attention: 0.0 }
    }
}
