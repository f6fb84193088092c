//! Structs that the host and a shader share, and the check that both lay them out alike.

use super::{error::GpuError, kernels::Library, variant::Variant};

/// One field of a shared struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, the same on both sides.
    pub name: &'static str,
    /// Its first byte.
    pub offset: usize,
    /// Its size in bytes.
    pub bytes: usize,
}

/// A struct that is uploaded to a shader byte by byte. Written by [`shader_struct!`](crate::shader_struct).
pub trait ShaderStruct: bytemuck::Pod {
    /// Its name in Rust and in WGSL.
    const NAME: &'static str;
    /// Its fields in memory order. Those whose name begins with `padding` need not exist on the other side.
    const FIELDS: &'static [Field];
}

/// Declares a `#[repr(C)]` struct that a shader reads under the same name, with a table of its fields.
///
/// WGSL aligns `vec2` to 8 bytes and `vec3` and `vec4` to 16, Rust arrays align to 4: gaps are filled with fields called
/// `padding…`, and [`check`] finds those that were forgotten.
#[macro_export]
macro_rules! shader_struct {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $ty:ty),* $(,)?
    }) => {
        $(#[$meta])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $ty,)*
        }

        impl $crate::gpu::ShaderStruct for $name {
            const NAME: &'static str = stringify!($name);
            const FIELDS: &'static [$crate::gpu::Field] = &[$($crate::gpu::Field {
                name: stringify!($field),
                offset: std::mem::offset_of!($name, $field),
                bytes: size_of::<$ty>(),
            }),*];
        }
    };
}

/// Where the struct `T` and the struct of its name in `module` differ, in sentences; empty where they agree.
pub fn differences<T: ShaderStruct>(module: &naga::Module) -> Vec<String> {
    let Some((members, span)) = find(module, T::NAME) else {
        return vec![format!("the shader has no struct {}", T::NAME)];
    };
    let mut found = Vec::new();
    for member in members {
        let name = member.name.as_deref().unwrap_or_default();
        let offset = member.offset as usize;
        let bytes = module.types[member.ty].inner.size(module.to_ctx()) as usize;
        match T::FIELDS.iter().find(|field| field.name == name) {
            None if name.starts_with("padding") => {}
            None => found.push(format!("{}.{name} exists only in the shader", T::NAME)),
            Some(field) if (field.offset, field.bytes) != (offset, bytes) => found.push(format!(
                "{}.{name}: {} bytes at {} here, {bytes} bytes at {offset} in the shader",
                T::NAME,
                field.bytes,
                field.offset
            )),
            Some(_) => {}
        }
    }
    for field in T::FIELDS.iter().filter(|field| !field.name.starts_with("padding")) {
        if !members.iter().any(|member| member.name.as_deref() == Some(field.name)) {
            found.push(format!("{}.{} exists only here", T::NAME, field.name));
        }
    }
    if size_of::<T>() != span as usize {
        found.push(format!("{} has {} bytes here, {span} in the shader", T::NAME, size_of::<T>()));
    }
    found
}

/// Composes the variant and compares `T` with its struct of that name: one line in a test per shared struct.
///
/// # Errors
/// The variant does not compose, or the layouts differ: every difference in one text.
pub fn check<T: ShaderStruct>(library: &Library, variant: &Variant) -> Result<(), GpuError> {
    let module = library.compose(&mut library.composer()?, variant)?;
    let differences = differences::<T>(&module);
    if differences.is_empty() {
        return Ok(());
    }
    Err(GpuError::Kernel { variant: variant.to_string(), reason: differences.join("; ") })
}

/// The members and the size in bytes of a struct; imported structs carry their module's name as a suffix.
fn find<'a>(module: &'a naga::Module, name: &str) -> Option<(&'a [naga::StructMember], u32)> {
    module.types.iter().find_map(|(_, ty)| {
        let found = ty.name.as_deref()?.split("X_naga_oil_mod_X").next()?;
        match &ty.inner {
            naga::TypeInner::Struct { members, span } if found == name => Some((members.as_slice(), *span)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    shader_struct! {
        struct Sound {
            scale: f32,
            padding: [u32; 3],
            place: [f32; 3],
            count: u32,
        }
    }

    shader_struct! {
        struct Broken {
            scale: f32,
            place: [f32; 3],
            missing: u32,
        }
    }

    fn module() -> naga::Module {
        naga::front::wgsl::parse_str(
            "struct Sound { scale: f32, place: vec3<f32>, count: u32 }
             struct Broken { scale: f32, place: vec3<f32>, extra: u32 }
             @group(0) @binding(0) var<uniform> a: Sound;
             @group(0) @binding(1) var<uniform> b: Broken;",
        )
        .unwrap()
    }

    #[test]
    fn a_struct_with_its_gaps_filled_agrees() {
        assert_eq!(differences::<Sound>(&module()), Vec::<String>::new());
    }

    #[test]
    fn every_difference_is_named() {
        let found = differences::<Broken>(&module()).join("\n");
        for part in [
            "Broken.place: 12 bytes at 4 here, 12 bytes at 16",
            "extra exists only in",
            "missing exists only here",
            "20 bytes here, 32",
        ] {
            assert!(found.contains(part), "{part:?} is not in:\n{found}");
        }
    }
}
