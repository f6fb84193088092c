//! Which adapter the window opens: found before Bevy looks, which ends the program where there is none.

use super::DesktopError;
use crate::gpu::{AdapterChoice, GpuError, MEMORY_HINTS};
use bevy::render::settings::WgpuSettings;

/// Settings that make Bevy open the adapter of this choice.
///
/// # Errors
/// There is no adapter, or none of that name.
pub fn settings(choice: &AdapterChoice) -> Result<WgpuSettings, DesktopError> {
    let backends = wgpu::Backends::from_env().unwrap_or(wgpu::Backends::PRIMARY);
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = backends;
    let found = pollster::block_on(wgpu::Instance::new(descriptor).enumerate_adapters(backends));
    let found: Vec<_> = found.iter().map(wgpu::Adapter::get_info).collect();
    if found.is_empty() {
        return Err(GpuError::NoAdapter("the drivers that are installed offer none".to_owned()).into());
    }
    let wanted = |info: &&wgpu::AdapterInfo| match choice {
        AdapterChoice::Best => true,
        AdapterChoice::Software => info.device_type == wgpu::DeviceType::Cpu,
        AdapterChoice::Named(name) => info.name.to_lowercase().contains(&name.to_lowercase()),
    };
    let chosen = found.iter().find(wanted).ok_or_else(|| {
        let names: Vec<_> = found.iter().map(|info| info.name.as_str()).collect();
        let wanted = match choice {
            AdapterChoice::Named(name) => name.clone(),
            AdapterChoice::Best | AdapterChoice::Software => "software".to_owned(),
        };
        GpuError::UnknownAdapter { wanted, found: names.join(", ") }
    })?;
    let adapter_name = (*choice != AdapterChoice::Best).then(|| chosen.name.clone());
    Ok(WgpuSettings { backends: Some(backends), adapter_name, memory_hints: MEMORY_HINTS, ..Default::default() })
}
