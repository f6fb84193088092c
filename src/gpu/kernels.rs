//! From WGSL to pipelines: composing, building in the background, keeping what each build took.

use super::{adapter::Gpu, error::GpuError, reflect, variant::Variant};
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
use naga_oil::compose::{ComposableModuleDescriptor, Composer, NagaModuleDescriptor, ShaderDefValue};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A WGSL file that others import.
#[derive(Clone, Copy, Debug)]
pub struct ModuleSource {
    /// Path under `shaders/`.
    pub path: &'static str,
    /// Its text.
    pub source: &'static str,
}

/// A WGSL file with one entry point, `main`.
#[derive(Clone, Copy, Debug)]
pub struct KernelSource {
    /// Path under `shaders/` without ending: the kernel's name.
    pub name: &'static str,
    /// Its text.
    pub source: &'static str,
    /// Whether a test proves that no index leaves its buffer, so that the checks at run time can be left out.
    pub indices_proven: bool,
}

/// All WGSL of the program. Modules stand before those that import them.
#[derive(Clone, Copy, Debug)]
pub struct Library {
    /// Importable files.
    pub modules: &'static [ModuleSource],
    /// Files with an entry point.
    pub kernels: &'static [KernelSource],
}

impl Library {
    /// The kernel of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn kernel(&self, name: &str) -> Result<&'static KernelSource, GpuError> {
        self.kernels.iter().find(|kernel| kernel.name == name).ok_or_else(|| GpuError::UnknownKernel(name.to_owned()))
    }

    /// A composer that knows all modules. Composing needs no device.
    ///
    /// # Errors
    /// A module that is not valid WGSL.
    pub fn composer(&self) -> Result<Composer, GpuError> {
        self.add_to(Composer::non_validating())
    }

    /// This composer, with all modules.
    ///
    /// # Errors
    /// A module that is not valid WGSL.
    pub(super) fn add_to(&self, mut composer: Composer) -> Result<Composer, GpuError> {
        for module in self.modules {
            let added = composer
                .add_composable_module(ComposableModuleDescriptor {
                    source: module.source,
                    file_path: module.path,
                    ..Default::default()
                })
                .map(|_| ());
            if let Err(error) = added {
                let reason = error.emit_to_string(&composer);
                return Err(GpuError::Kernel { variant: module.path.to_owned(), reason });
            }
        }
        Ok(composer)
    }

    /// The shader module of a variant, not yet validated.
    ///
    /// # Errors
    /// An unknown kernel, or one that does not compose under these definitions.
    pub fn compose(&self, composer: &mut Composer, variant: &Variant) -> Result<naga::Module, GpuError> {
        let kernel = self.kernel(variant.kernel)?;
        let value = |&(name, value): &(&str, i32)| {
            let value = if value == 1 { ShaderDefValue::Bool(true) } else { ShaderDefValue::Int(value) };
            (name.to_owned(), value)
        };
        let definitions = variant.definitions.iter().map(value).collect();
        composer
            .make_naga_module(NagaModuleDescriptor {
                source: kernel.source,
                file_path: kernel.name,
                shader_defs: definitions,
                ..Default::default()
            })
            .map_err(|error| GpuError::Kernel { variant: variant.to_string(), reason: error.emit_to_string(composer) })
    }
}

/// A built pipeline.
#[derive(Debug)]
pub struct Kernel {
    /// What it was built from.
    pub variant: Variant,
    /// The pipeline.
    pub pipeline: wgpu::ComputePipeline,
    /// The layout of its one bind group.
    pub layout: wgpu::BindGroupLayout,
    /// What its bindings are, in order.
    pub bindings: Vec<reflect::BindingKind>,
    /// What composing, validating and building took.
    pub duration: Duration,
}

/// Where a variant stands.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Asked for, not yet built.
    Building,
    /// Ready to run.
    Ready(Arc<Kernel>),
    /// Will not build: why.
    Failed(String),
}

type Table = Arc<Mutex<HashMap<Variant, Progress>>>;

/// Builds pipelines, at once or in the background, and keeps them.
#[derive(Debug)]
pub struct Kernels {
    pub(super) gpu: Gpu,
    sources: Arc<Mutex<Sources>>,
    pub(super) table: Table,
    queues: Option<Queues>,
    builder: Option<JoinHandle<()>>,
    built: Receiver<Arc<Kernel>>,
    here: Mutex<Option<Composer>>,
    report: Sender<Arc<Kernel>>,
}

/// The texts that kernels are built from now.
#[derive(Clone, Copy, Debug)]
struct Sources {
    texts: Library,
    /// How often it was replaced: a composer of an older one is of no use.
    generation: u64,
}

/// Ways to the background builder.
#[derive(Debug)]
struct Queues {
    urgent: Sender<Variant>,
    patient: Sender<Variant>,
}

impl Drop for Kernels {
    /// Waits for the builder: left to itself it would let go of the device while the process is already ending, and some
    /// drivers do not survive that.
    fn drop(&mut self) {
        drop(self.queues.take());
        if let Some(builder) = self.builder.take() {
            // A builder that panicked has nothing more to say.
            let _ = builder.join();
        }
    }
}

/// Most variants that may wait for the background builder; more are refused and asked for again later.
const QUEUE: usize = 4096;

impl Kernels {
    /// Starts the background builder.
    pub fn new(gpu: &Gpu, library: Library) -> Self {
        let table = Table::default();
        let (urgent, urgent_work) = bounded(QUEUE);
        let (patient, patient_work) = bounded(QUEUE);
        let (report, built) = bounded(QUEUE);
        let sources = Arc::new(Mutex::new(Sources { texts: library, generation: 0 }));
        let (gpu, table_of_builder) = (gpu.clone(), table.clone());
        let builder =
            Builder { gpu: gpu.clone(), sources: sources.clone(), table: table_of_builder, report: report.clone() };
        let builder = std::thread::spawn(move || builder.run(&urgent_work, &patient_work));
        Self {
            gpu,
            sources,
            table,
            queues: Some(Queues { urgent, patient }),
            builder: Some(builder),
            built,
            here: Mutex::new(None),
            report,
        }
    }

    /// The kernel, if it is built; otherwise it is put to the front of the queue.
    ///
    /// # Errors
    /// It does not build.
    pub fn get(&self, variant: &Variant) -> Result<Option<Arc<Kernel>>, GpuError> {
        let mut table = lock(&self.table);
        match table.get(variant) {
            Some(Progress::Ready(kernel)) => Ok(Some(kernel.clone())),
            Some(Progress::Failed(reason)) => {
                Err(GpuError::Kernel { variant: variant.to_string(), reason: reason.clone() })
            }
            Some(Progress::Building) => Ok(None),
            None => {
                if self.queues.as_ref().is_some_and(|queues| queues.urgent.try_send(variant.clone()).is_ok()) {
                    table.insert(variant.clone(), Progress::Building);
                }
                Ok(None)
            }
        }
    }

    /// Asks for a kernel that may be needed later.
    pub fn prepare(&self, variant: &Variant) {
        let mut table = lock(&self.table);
        let Some(queues) = &self.queues else { return };
        if !table.contains_key(variant) && queues.patient.try_send(variant.clone()).is_ok() {
            table.insert(variant.clone(), Progress::Building);
        }
    }

    /// The kernel, built on the calling thread if need be.
    ///
    /// # Errors
    /// It does not build.
    pub fn build(&self, variant: &Variant) -> Result<Arc<Kernel>, GpuError> {
        if let Some(kernel) = self.ready(variant) {
            return Ok(kernel);
        }
        let mut here = lock(&self.here);
        // Another thread may have built it while this one waited for its turn.
        if let Some(kernel) = self.ready(variant) {
            return Ok(kernel);
        }
        let composer = match here.as_mut() {
            Some(composer) => composer,
            None => here.insert(self.texts().composer()?),
        };
        let kernel = Arc::new(build(&self.gpu, &self.texts(), composer, variant)?);
        lock(&self.table).insert(variant.clone(), Progress::Ready(kernel.clone()));
        self.tell_built(kernel.clone());
        Ok(kernel)
    }

    pub(super) fn tell_built(&self, kernel: Arc<Kernel>) {
        // A full report queue loses a line of the build table, never a kernel.
        let _ = self.report.try_send(kernel);
    }

    /// The texts that kernels are built from now.
    pub(super) fn texts(&self) -> Library {
        lock(&self.sources).texts
    }

    /// Builds everything from other texts from now on.
    pub(super) fn replace_library(&self, library: Library) {
        let mut here = lock(&self.here);
        let mut sources = lock(&self.sources);
        *sources = Sources { texts: library, generation: sources.generation + 1 };
        *here = None;
    }

    fn ready(&self, variant: &Variant) -> Option<Arc<Kernel>> {
        match lock(&self.table).get(variant) {
            Some(Progress::Ready(kernel)) => Some(kernel.clone()),
            _ => None,
        }
    }

    /// Kernels that were built since the last call.
    pub fn drain_built(&self) -> impl Iterator<Item = Arc<Kernel>> + '_ {
        self.built.try_iter()
    }

    /// The device that the kernels are built for.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }
}

struct Builder {
    gpu: Gpu,
    sources: Arc<Mutex<Sources>>,
    table: Table,
    report: Sender<Arc<Kernel>>,
}

impl Builder {
    /// Builds until the other side is gone, urgent work first.
    fn run(&self, urgent: &Receiver<Variant>, patient: &Receiver<Variant>) {
        let mut composer = None;
        loop {
            let variant = match urgent.try_recv() {
                Ok(variant) => variant,
                // Nobody waits for what was queued once the other side is gone.
                Err(TryRecvError::Disconnected) => return,
                Err(TryRecvError::Empty) => crossbeam_channel::select! {
                    recv(urgent) -> variant => match variant { Ok(variant) => variant, Err(_) => return },
                    recv(patient) -> variant => match variant { Ok(variant) => variant, Err(_) => return },
                },
            };
            if matches!(lock(&self.table).get(&variant), Some(Progress::Ready(_))) {
                // Built on another thread in the meantime.
                continue;
            }
            let progress = match self.build_from_the_newest(&mut composer, &variant) {
                Ok(kernel) => {
                    let kernel = Arc::new(kernel);
                    let _ = self.report.try_send(kernel.clone());
                    Progress::Ready(kernel)
                }
                Err(error) => Progress::Failed(error.to_string()),
            };
            lock(&self.table).insert(variant, progress);
        }
    }

    /// Builds again where the texts were replaced meanwhile.
    fn build_from_the_newest(
        &self,
        composer: &mut Option<(u64, Composer)>,
        variant: &Variant,
    ) -> Result<Kernel, GpuError> {
        loop {
            let Sources { texts: library, generation } = *lock(&self.sources);
            if composer.as_ref().is_none_or(|(of, _)| *of != generation) {
                *composer = None;
            }
            let (_, composer) = match composer {
                Some(composer) => composer,
                None => composer.insert((generation, library.composer()?)),
            };
            let built = build(&self.gpu, &library, composer, variant);
            if lock(&self.sources).generation == generation {
                return built;
            }
        }
    }
}

pub(super) fn build(
    gpu: &Gpu,
    library: &Library,
    composer: &mut Composer,
    variant: &Variant,
) -> Result<Kernel, GpuError> {
    let start = Instant::now();
    let module = library.compose(composer, variant)?;
    let bindings = reflect::bindings(&module);
    let proven = library.kernel(variant.kernel)?.indices_proven;
    let failed = |reason: String| GpuError::Kernel { variant: variant.to_string(), reason };
    let scope = gpu.device.push_error_scope(wgpu::ErrorFilter::Validation);
    let label = variant.to_string();
    let descriptor = wgpu::ShaderModuleDescriptor {
        label: Some(&label),
        source: wgpu::ShaderSource::Naga(std::borrow::Cow::Owned(module)),
    };
    let module = if proven {
        // SAFETY: `indices_proven` is set only for kernels whose plans are tested to stay inside their buffers
        // (`tests/plans.rs`), and none of which loops without end.
        unsafe { gpu.device.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked()) }
    } else {
        gpu.device.create_shader_module(descriptor)
    };
    let layout = reflect::layout(&gpu.device, &label, &bindings);
    let pipeline_layout = gpu.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(&label),
        bind_group_layouts: &[Some(&layout)],
        immediate_size: 0,
    });
    let pipeline = gpu.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: Some(&label),
        layout: Some(&pipeline_layout),
        module: &module,
        entry_point: Some("main"),
        compilation_options: wgpu::PipelineCompilationOptions {
            // Every kernel writes its workgroup memory before it reads it.
            zero_initialize_workgroup_memory: false,
            ..Default::default()
        },
        cache: None,
    });
    if let Some(error) = pollster::block_on(scope.pop()) {
        return Err(failed(error.to_string()));
    }
    Ok(Kernel { variant: variant.clone(), pipeline, layout, bindings, duration: start.elapsed() })
}

/// A poisoned table is still a table: a builder that panicked left it whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
