//! Kernels from WGSL that is being edited: read from a folder, built beside those that run, and taken only as a whole.

use super::error::GpuError;
use super::kernels::{KernelSource, Kernels, Library, ModuleSource, Progress, build, lock};
use super::variant::Variant;
use naga_oil::compose::Composer;
use std::path::Path;
use std::sync::Arc;

impl Library {
    /// The same modules and kernels as they stand in a folder now.
    ///
    /// What differs from this library has not been proven to stay inside its buffers, and will be checked at run time.
    /// Edited texts stay in memory until the program ends: a few kilobytes for every time that a file is saved.
    ///
    /// # Errors
    /// A file is missing or is no text.
    pub fn read(&self, folder: &Path) -> Result<Self, GpuError> {
        let read = |name: &str, known: &'static str| {
            let path = folder.join(name).with_extension("wgsl");
            let text = std::fs::read_to_string(&path).map_err(|error| GpuError::ShaderFile {
                path: path.display().to_string(),
                reason: error.to_string(),
            })?;
            Ok::<&'static str, GpuError>(if text == known { known } else { Box::leak(text.into_boxed_str()) })
        };
        let mut modules = Vec::with_capacity(self.modules.len());
        for module in self.modules {
            modules.push(ModuleSource { source: read(module.path, module.source)?, ..*module });
        }
        let proven = self.has_modules_of(&modules);
        let mut kernels = Vec::with_capacity(self.kernels.len());
        for kernel in self.kernels {
            let source = read(kernel.name, kernel.source)?;
            let indices_proven = kernel.indices_proven && proven && source == kernel.source;
            kernels.push(KernelSource { source, indices_proven, ..*kernel });
        }
        Ok(Self { modules: modules.leak(), kernels: kernels.leak() })
    }

    fn has_modules_of(&self, modules: &[ModuleSource]) -> bool {
        self.modules.iter().map(|module| module.source).eq(modules.iter().map(|module| module.source))
    }

    /// Whether a kernel has the same text in another library, and imports the same.
    fn agrees_on(&self, variant: &Variant, other: &Self) -> bool {
        let text = |library: &Self| library.kernel(variant.kernel).map(|kernel| kernel.source).ok();
        self.has_modules_of(other.modules) && text(self) == text(other)
    }
}

impl Kernels {
    /// Builds every kernel that is in use and differs in this library, and lets them take the place of the old ones.
    /// Returns how many there were.
    ///
    /// # Errors
    /// One does not build, with file and line, or wants other bindings than its plan provides; then nothing has changed.
    pub fn take_library(&self, library: Library) -> Result<usize, GpuError> {
        let in_use: Vec<(Variant, Progress)> =
            lock(&self.table).iter().map(|(variant, progress)| (variant.clone(), progress.clone())).collect();
        let old = self.texts();
        // What goes wrong is told with its place in the text, and not by the driver.
        let mut composer = library.add_to(Composer::default().with_capabilities(naga::valid::Capabilities::all()))?;
        let mut fresh = Vec::new();
        for (variant, progress) in in_use {
            if library.agrees_on(&variant, &old) {
                continue;
            }
            let kernel = build(&self.gpu, &library, &mut composer, &variant)?;
            if let Progress::Ready(running) = progress
                && running.bindings != kernel.bindings
            {
                return Err(GpuError::Kernel {
                    variant: variant.to_string(),
                    reason:
                        "it has other bindings than before, which its plan does not provide: start the program anew"
                            .to_owned(),
                });
            }
            fresh.push((variant, Arc::new(kernel)));
        }
        self.replace_library(library);
        let count = fresh.len();
        let mut table = lock(&self.table);
        for (variant, kernel) in fresh {
            table.insert(variant, Progress::Ready(kernel.clone()));
            self.tell_built(kernel);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::{AdapterChoice, Gpu};
    use crate::shaders::LIBRARY;

    /// A folder with all shaders, one of them edited.
    fn edited(name: &str, edit: impl Fn(&str) -> String) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let modules = LIBRARY.modules.iter().map(|module| (module.path, module.source));
        let kernels = LIBRARY.kernels.iter().map(|kernel| (kernel.name, kernel.source));
        for (path, source) in modules.chain(kernels) {
            let file = folder.path().join(path).with_extension("wgsl");
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            let text = if path == name { edit(source) } else { source.to_owned() };
            std::fs::write(file, text).unwrap();
        }
        folder
    }

    #[test]
    fn only_what_was_edited_counts_as_unproven() {
        let copy = LIBRARY.read(edited("common/copy", |text| format!("{text}\n// Edited.\n")).path()).unwrap();
        let unproven = |library: Library| library.kernels.iter().filter(|kernel| !kernel.indices_proven).count();
        assert_eq!(unproven(copy), unproven(LIBRARY) + 1);
        let module = LIBRARY.read(edited("common/random", |text| format!("{text}\n// Edited.\n")).path()).unwrap();
        assert_eq!(unproven(module), LIBRARY.kernels.len());
        let gone = edited("common/copy", str::to_owned);
        std::fs::remove_file(gone.path().join("common/copy.wgsl")).unwrap();
        let told = LIBRARY.read(gone.path()).unwrap_err().to_string();
        assert!(told.contains("copy.wgsl"), "{told}");
    }

    #[test]
    fn a_kernel_that_does_not_build_leaves_the_old_one_running_and_says_where() {
        let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).unwrap();
        let kernels = Kernels::new(&gpu, LIBRARY);
        let variant = Variant::new("common/copy", []);
        let running = kernels.build(&variant).unwrap();
        let is_the_same = |kernels: &Kernels| Arc::ptr_eq(&kernels.build(&variant).unwrap(), &running);
        // What is no WGSL, and what has the wrong types.
        let line = 1 + LIBRARY.kernel("common/copy").unwrap().source.lines().count();
        for edit in ["fn broken( {", "fn wrong() -> u32 { return 1.5; }"] {
            let folder = edited("common/copy", |text| format!("{}\n{edit}\n", text.trim_end()));
            let told = kernels.take_library(LIBRARY.read(folder.path()).unwrap()).unwrap_err().to_string();
            assert!(told.contains("common/copy:") && told.contains(&format!("{line} │ {edit}")), "{told}");
            assert!(is_the_same(&kernels));
        }
        let folder = edited("common/copy", |text| format!("{text}\n// Edited.\n"));
        assert_eq!(kernels.take_library(LIBRARY.read(folder.path()).unwrap()).unwrap(), 1);
        assert!(!is_the_same(&kernels));
        // And back: what differs from the last library is built again.
        assert_eq!(kernels.take_library(LIBRARY).unwrap(), 1);
        assert_eq!(kernels.take_library(LIBRARY).unwrap(), 0);
    }
}
