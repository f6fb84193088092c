//! The network's memory: text, weights in the form that a setting wants, one chunk of activations, eigenstates, figures.

use super::constants::{MOST_LAYERS, REMEMBERED, SLAB_COLUMNS, SLAB_POSITIONS};
use super::kernels::TenFigures;
use super::params::{Rules, SIZES, Switches, TenModel};
use crate::sim::{Array, BufferId, BufferRequest, Element, Slab, State, Streaming};

/// Names of the buffers.
pub mod buffer {
    use crate::sim::BufferId;

    macro_rules! buffers {
        ($($(#[$about:meta])* $constant:ident = $name:literal;)*) => {
            $($(#[$about])* pub const $constant: BufferId = BufferId { name: $name, index: 0 };)*
        };
    }

    buffers! {
        /// Tokens of the text, a word each.
        TEXT = "text";
        /// The rows that go from layer to layer.
        RESIDUAL = "residual";
        /// The rows in the middle of a layer.
        MIXED = "mixed";
        /// The output of the steps before it is gathered.
        GATHERED = "gathered";
        /// Normalised rows; after the last layer the output.
        NORMED = "normalised";
        /// What drives the eigenstates or modes.
        DRIVE = "drive";
        /// What the recurrence leaves of each token.
        STATES = "states";
        /// The same in the basis that is read.
        READ = "read";
        /// Rows between the two matrices of the feed-forward part.
        HIDDEN = "hidden";
        /// A slab of logits.
        LOGITS = "logits";
        /// Maximum, sum and wanted logit of each row.
        SUMS = "cross-entropy";
        /// The output: the rows that the head reads.
        OUTPUT = "output";
        /// c_k after the last token, by layer: real parts, then imaginary ones.
        EIGENSTATES = "eigenstates";
        /// The same in the basis of the eigenvectors.
        MODES = "modes";
        /// What each block leaves by itself.
        ENDS = "block ends";
        /// What each block starts from.
        CARRIES = "block starts";
        /// Energies by layer, eight numbers each.
        ENERGIES = "energies";
        /// λ_k by layer, real and imaginary part side by side.
        EIGENVALUES = "eigenvalues";
        /// c_k after each of the last cycles, by layer, real and imaginary part side by side: a ring.
        HISTORY = "history";
        /// c_k after the last cycle as a share of the largest of its layer, in the same form.
        PHASORS = "phasors";
        /// Energies of all layers after each of the last cycles: a ring.
        ENERGY_HISTORY = "energy history";
        /// The probe buffer.
        FIGURES = "figures";
        /// The matrix that is folded, in single precision.
        FOLD_SOURCE = "folding: source";
        /// What it is folded with.
        FOLD_BASIS = "folding: basis";
        /// The folded matrix before it is halved.
        FOLD_RESULT = "folding: result";
    }
}

/// A buffer of a layer or of a slab.
pub fn numbered(name: &'static str, index: u32) -> BufferId {
    BufferId { name, index }
}

/// What a setting makes of a size: widths of rows, and steps of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// The rules.
    pub rules: Rules,
    /// The switches.
    pub switches: Switches,
    /// Eigenstates of a layer.
    pub states: u32,
    /// Tokens of a chunk.
    pub tokens: u32,
    /// Whether a chunk is a single block.
    pub single_block: bool,
}

impl Form {
    /// Of a model under these switches, on an adapter of this kind. Blocks are there for many cores: they read what drives
    /// them twice. A software adapter has about as many cores as a layer has cells, so there a chunk is one block.
    pub fn new(model: &TenModel, rules: Rules, switches: Switches, streaming: Streaming) -> Self {
        let (states, tokens) = (model.shape().states(), model.tokens);
        Self { rules, switches, states, tokens, single_block: streaming.software }
    }

    /// Numbers that the input projection gives before any change of basis.
    pub fn input_width(self) -> u32 {
        if self.rules == Rules::Corrected { 2 * self.states } else { self.states }
    }

    /// Numbers that drive the recurrence.
    pub fn drive_width(self) -> u32 {
        if self.switches.diagonalised { 2 * self.states } else { self.input_width() }
    }

    /// Numbers that the recurrence leaves for each token.
    pub fn stored_width(self) -> u32 {
        self.drive_width()
    }

    /// Numbers that the output projection reads in the eigenstates' own basis.
    pub fn read_width(self) -> u32 {
        self.input_width()
    }

    /// Whether what is stored has to be brought into another basis in a pass of its own.
    pub fn has_resonance_pass(self) -> bool {
        self.switches.diagonalised && !self.switches.fused_resonance
    }

    /// Rows of the output matrix.
    pub fn output_rows(self) -> u32 {
        if self.switches.fused_resonance { self.stored_width() } else { self.read_width() }
    }

    /// Steps of a block, and how many blocks a chunk has.
    pub fn blocks(self) -> (u32, u32) {
        let most = match self.switches {
            _ if self.single_block => self.tokens,
            Switches { diagonalised: true, .. } => 64,
            Switches { diagonalised: false, .. } => 32,
        };
        let steps = self.tokens.min(most);
        (steps, self.tokens / steps)
    }

    /// Bytes of a weight.
    pub fn weight_bytes(self) -> u64 {
        if self.switches.half_weights { 2 } else { 4 }
    }
}

/// The slabs of so many columns or positions: where each begins, and how many it has.
pub fn slabs(count: u32, most: u32) -> Vec<(u32, u32)> {
    (0..count.div_ceil(most)).map(|slab| (slab * most, most.min(count - slab * most))).collect()
}

/// The slabs of the embedding: columns that stand for no token fill the last one up to a multiple of 64.
pub fn embedding_slabs(model: &TenModel) -> Vec<(u32, u32)> {
    slabs(model.vocabulary.tokens().next_multiple_of(64), SLAB_COLUMNS)
}

/// The slabs of the learned positions; none under the corrected rules, where the recurrence itself knows the order.
pub fn position_slabs(model: &TenModel, rules: Rules) -> Vec<(u32, u32)> {
    if rules == Rules::Published { slabs(model.shape().positions, SLAB_POSITIONS) } else { Vec::new() }
}

/// Names of weights differ between the rules, so that those of both can be there while one becomes the other.
pub fn weight_names(rules: Rules) -> [&'static str; 4] {
    match rules {
        Rules::Published => ["real input weights", "real output weights", "real recurrence", "real matrices"],
        Rules::Corrected => ["input weights", "output weights", "recurrence", "matrices"],
    }
}

/// The memory of a model in this form, for a text of so many tokens.
pub fn state(model: &TenModel, form: Form, text: u64) -> State {
    let shape = model.shape();
    let Form { rules, switches, .. } = form;
    let [width, hidden, states, tokens] = [shape.width, shape.hidden(), form.states, model.tokens].map(u64::from);
    let mut state = State::default();
    let mut add =
        |id: BufferId, numbers: u64, bytes: u64| state.buffers.push(BufferRequest { id, bytes: numbers * bytes });
    let weight = form.weight_bytes();
    add(buffer::TEXT, text, 4);
    for (slab, (_, columns)) in embedding_slabs(model).into_iter().enumerate() {
        add(numbered("embedding", slab as u32), width * u64::from(columns), weight);
    }
    for (slab, (_, positions)) in position_slabs(model, rules).into_iter().enumerate() {
        add(numbered("positions", slab as u32), width * u64::from(positions), weight);
    }
    let [input, output, recurrence, matrices] = weight_names(rules);
    let square = u64::from(shape.cells) * u64::from(shape.eigenstates).pow(2);
    for layer in 0..shape.layers {
        add(numbered(input, layer), width * u64::from(form.drive_width()), weight);
        add(numbered(output, layer), width * u64::from(form.output_rows()), weight);
        add(numbered("expansion weights", layer), width * hidden, weight);
        add(numbered("contraction weights", layer), width * hidden, weight);
        add(numbered("vectors", layer), 9 * width, 4);
        add(numbered(recurrence, layer), 5 * states, 4);
        add(numbered(matrices, layer), 4 * square, 4);
        if form.has_resonance_pass() {
            add(numbered("basis", layer), u64::from(form.stored_width() * form.read_width()), 4);
        }
    }
    add(numbered("vectors", shape.layers), 2 * width, 4);
    if switches.diagonalised || switches.fused_resonance {
        add(buffer::FOLD_SOURCE, width * 2 * states, 4);
        add(buffer::FOLD_BASIS, 4 * states * states, 4);
        add(buffer::FOLD_RESULT, width * 2 * states, 4);
    }
    for id in [buffer::RESIDUAL, buffer::MIXED, buffer::NORMED, buffer::OUTPUT] {
        add(id, tokens * width, 4);
    }
    if !switches.preallocated {
        add(buffer::GATHERED, tokens * width, 4);
    }
    add(buffer::DRIVE, tokens * u64::from(form.drive_width()), 4);
    add(buffer::STATES, tokens * u64::from(form.stored_width()), 4);
    if form.has_resonance_pass() {
        add(buffer::READ, tokens * u64::from(form.read_width()), 4);
    }
    add(buffer::HIDDEN, tokens * hidden, 4);
    let widest = embedding_slabs(model).into_iter().map(|(_, columns)| columns).max().unwrap_or(0);
    add(buffer::LOGITS, tokens * u64::from(widest), 4);
    add(buffer::SUMS, tokens * 4, 4);
    let all_states = u64::from(shape.layers) * 2 * states;
    add(buffer::EIGENSTATES, all_states, 4);
    if switches.diagonalised {
        add(buffer::MODES, all_states, 4);
    }
    if switches.scan && form.blocks().1 > 1 {
        add(buffer::ENDS, u64::from(form.blocks().1) * 2 * states, 4);
        add(buffer::CARRIES, u64::from(form.blocks().1) * 2 * states, 4);
    }
    add(buffer::ENERGIES, 8 * MOST_LAYERS as u64, 4);
    add(buffer::EIGENVALUES, all_states, 4);
    add(buffer::HISTORY, u64::from(REMEMBERED) * all_states, 4);
    add(buffer::PHASORS, all_states, 4);
    add(buffer::ENERGY_HISTORY, u64::from(REMEMBERED) * u64::from(shape.layers), 4);
    add(buffer::FIGURES, 1, size_of::<TenFigures>() as u64);
    add_arrays(&mut state, model, switches);
    state
}

fn add_arrays(state: &mut State, model: &TenModel, switches: Switches) {
    let shape = model.shape();
    let [layers, states, tokens, width] =
        [shape.layers, shape.states(), model.tokens, shape.width].map(|number| number as usize);
    let mut add = |id: BufferId, shape: Vec<usize>| {
        let bytes = 4 * shape.iter().product::<usize>() as u64;
        let slabs = vec![Slab { buffer: id, bytes }];
        state.arrays.push(Array { name: id.name, shape, element: Element::F32, slabs, pending: None });
    };
    add(buffer::EIGENSTATES, vec![layers, 2, states]);
    if switches.diagonalised {
        add(buffer::MODES, vec![layers, 2, states]);
    }
    add(buffer::OUTPUT, vec![tokens, width]);
    add(buffer::EIGENVALUES, vec![layers, states, 2]);
    add(buffer::HISTORY, vec![REMEMBERED as usize, layers, states, 2]);
    add(buffer::PHASORS, vec![layers, states, 2]);
    add(buffer::ENERGY_HISTORY, vec![REMEMBERED as usize, layers]);
}

/// The largest published size whose memory in this form fits so many bytes, by name.
pub fn largest_size(model: &TenModel, form: Form, text: u64, bytes: u64) -> Option<&'static str> {
    largest(model, form, text, |state| state.bytes() <= bytes)
}

/// The largest published size of whose buffers in this form each fits so many bytes, by name.
pub fn largest_bindable_size(model: &TenModel, form: Form, text: u64, limit: u64) -> Option<&'static str> {
    largest(model, form, text, |state| largest_buffer(state) <= limit)
}

/// The most tokens of a chunk, below those of the model, with which each buffer in this form fits so many bytes.
pub fn most_tokens(model: &TenModel, form: Form, text: u64, limit: u64) -> Option<u32> {
    let fits = |tokens: &u32| {
        let model = TenModel { tokens: *tokens, ..model.clone() };
        largest_buffer(&state(&model, Form { tokens: *tokens, ..form }, text)) <= limit
    };
    (1..model.tokens.div_ceil(64)).rev().map(|blocks| 64 * blocks).find(fits)
}

fn largest_buffer(state: &State) -> u64 {
    state.buffers.iter().map(|request| request.bytes).max().unwrap_or(0)
}

fn largest(model: &TenModel, form: Form, text: u64, fits: impl Fn(&State) -> bool) -> Option<&'static str> {
    SIZES.iter().rev().find_map(|(name, size)| {
        let model = TenModel { size: *size, ..model.clone() };
        let form = Form { states: model.shape().states(), ..form };
        fits(&state(&model, form, text)).then_some(*name)
    })
}
