//! `fieldscope doctor`: what this machine can and cannot do.

use super::arguments::DoctorArguments;
use super::error::CliError;
use super::run::open;
use crate::gpu::Gpu;
use crate::gpu::clock::Method;
use crate::gpu::roof::{Roof, SelfCheck, Stream, measure_roof, self_check};
use crate::tuning::{Entry, entries, times_of};
use serde_json::json;

/// Runs the command.
///
/// # Errors
/// No adapter, or one that cannot run the simplest kernels.
pub fn doctor(arguments: &DoctorArguments) -> Result<(), CliError> {
    let kernels = open(arguments.adapter.as_deref())?;
    let check = self_check(&kernels)?;
    let roof = measure_roof(&kernels, Stream::SMALL)?;
    let gpu = kernels.gpu();
    let troubles = troubles(gpu, check);
    if arguments.json {
        println!("{:#}", as_json(gpu, check, roof, &troubles));
    } else {
        print_text(gpu, check, roof, &troubles);
    }
    Ok(())
}

fn print_text(gpu: &Gpu, check: SelfCheck, roof: Roof, troubles: &[String]) {
    let info = &gpu.info;
    println!("adapter     {} ({:?}, {})", info.name, info.device_type, info.backend);
    println!("driver      {} {}", info.driver, info.driver_info);
    println!(
        "limits      one buffer {:.3} GB, one binding {:.3} GB, {} workgroups along an axis",
        gigabytes(gpu.limits.max_buffer_size),
        gigabytes(gpu.largest_binding()),
        gpu.limits.max_compute_workgroups_per_dimension
    );
    println!("features    {}", features(gpu).join(", "));
    let period = gpu.queue.get_timestamp_period();
    match check.timestamps {
        Some(timestamps) => println!(
            "timestamps  one dispatch: {timestamps:.2} ms by timestamps, {:.2} ms by the host; a tick is {period} ns",
            check.host
        ),
        None => println!("timestamps  none"),
    }
    println!(
        "roof        copy {:.1} GB/s ({:.0} MB each way), multiply-add {:.1} GFLOP/s",
        roof.copy_gigabytes_per_second,
        roof.copied_bytes as f64 * 1e-6,
        roof.gigaflops
    );
    for entry in entries(gpu).unwrap_or_default() {
        let Entry { key, chosen, times, measured } = entry;
        println!("kernels     {}: {chosen}, measured {measured}: {}", key.choice, times_of(&times));
    }
    for trouble in troubles {
        println!("trouble     {trouble}");
    }
    if troubles.is_empty() {
        println!("trouble     none found");
    }
}

fn as_json(gpu: &Gpu, check: SelfCheck, roof: Roof, troubles: &[String]) -> serde_json::Value {
    json!({
        "adapter": gpu.info.name,
        "device_type": format!("{:?}", gpu.info.device_type),
        "backend": gpu.info.backend.to_string(),
        "driver": gpu.info.driver,
        "driver_info": gpu.info.driver_info,
        "max_buffer_bytes": gpu.limits.max_buffer_size,
        "max_binding_bytes": gpu.largest_binding(),
        "features": features(gpu),
        "timestamp_period_ns": gpu.queue.get_timestamp_period(),
        "self_check": { "timestamps_ms": check.timestamps, "host_ms": check.host, "trusted": check.trusted() },
        "roof": {
            "copy_gb_s": roof.copy_gigabytes_per_second,
            "copied_bytes": roof.copied_bytes,
            "gflop_s": roof.gigaflops,
        },
        "kernels": entries(gpu).unwrap_or_default(),
        "troubles": troubles,
    })
}

fn features(gpu: &Gpu) -> Vec<&'static str> {
    let known = [
        (wgpu::Features::TIMESTAMP_QUERY, "timestamps"),
        (wgpu::Features::SUBGROUP, "subgroups"),
        (wgpu::Features::SHADER_F16, "f16 arithmetic"),
        (wgpu::Features::SHADER_INT64, "64-bit integers"),
    ];
    known.into_iter().filter(|(feature, _)| gpu.device.features().contains(*feature)).map(|(_, name)| name).collect()
}

/// What will not work here, and why.
fn troubles(gpu: &Gpu, check: SelfCheck) -> Vec<String> {
    let mut troubles = Vec::new();
    if let Method::HostOnly { reason } = check.method() {
        troubles.push(format!("passes are timed by the host, not by the device: {reason}"));
    }
    if let Err(reason) = entries(gpu) {
        troubles.push(format!("which kernels are fastest was not read, and will be measured again: {reason}"));
    }
    if gpu.is_software() {
        troubles.push(
            "this adapter computes on the processor: absolute times say little, and scenes run at their reduced size \
             unless `--size full` is given"
                .to_owned(),
        );
    }
    troubles
}

fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 * 1e-9
}
