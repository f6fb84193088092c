//! Reads a shader's bindings from the shader itself, so that no second list of them can drift.

/// What one binding of group 0 is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BindingKind {
    /// Its number.
    pub binding: u32,
    /// Its type as the device wants it.
    pub ty: wgpu::BindingType,
}

/// The bindings of group 0, by number. Uniforms are bound with a dynamic offset into the driver's ring.
pub fn bindings(module: &naga::Module) -> Vec<BindingKind> {
    let mut kinds: Vec<_> = module
        .global_variables
        .iter()
        .filter_map(|(_, variable)| {
            let binding = variable.binding.filter(|binding| binding.group == 0)?;
            Some(BindingKind { binding: binding.binding, ty: binding_type(module, variable)? })
        })
        .collect();
    kinds.sort_unstable_by_key(|kind| kind.binding);
    kinds
}

fn binding_type(module: &naga::Module, variable: &naga::GlobalVariable) -> Option<wgpu::BindingType> {
    match variable.space {
        naga::AddressSpace::Uniform => Some(wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Uniform,
            has_dynamic_offset: true,
            min_binding_size: None,
        }),
        naga::AddressSpace::Storage { access } => Some(wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Storage { read_only: !access.contains(naga::StorageAccess::STORE) },
            has_dynamic_offset: false,
            min_binding_size: None,
        }),
        naga::AddressSpace::Handle => match module.types[variable.ty].inner {
            naga::TypeInner::Image { class: naga::ImageClass::Storage { format, .. }, .. } => {
                Some(wgpu::BindingType::StorageTexture {
                    access: wgpu::StorageTextureAccess::WriteOnly,
                    format: storage_format(format)?,
                    view_dimension: wgpu::TextureViewDimension::D2,
                })
            }
            _ => None,
        },
        _ => None,
    }
}

/// The storage formats that painters write.
fn storage_format(format: naga::StorageFormat) -> Option<wgpu::TextureFormat> {
    match format {
        naga::StorageFormat::Rgba8Unorm => Some(wgpu::TextureFormat::Rgba8Unorm),
        naga::StorageFormat::Rgba16Float => Some(wgpu::TextureFormat::Rgba16Float),
        naga::StorageFormat::R32Float => Some(wgpu::TextureFormat::R32Float),
        _ => None,
    }
}

/// The layout of a bind group with these bindings.
pub fn layout(device: &wgpu::Device, label: &str, bindings: &[BindingKind]) -> wgpu::BindGroupLayout {
    let entries: Vec<_> = bindings
        .iter()
        .map(|kind| wgpu::BindGroupLayoutEntry {
            binding: kind.binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: kind.ty,
            count: None,
        })
        .collect();
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(label), entries: &entries })
}
