//! The Bevy app: window, texture and the schedule's hooks. Everything else is in the desk and the engine.

#![expect(clippy::needless_pass_by_value, reason = "Bevy hands a system its parameters by value")]

use super::desk::Desk;
use super::engine::{Canvas, Engine};
use super::launch::{Launch, Presenting};
use super::model::Model;
use super::pace::REST;
use super::places::Places;
use super::{DesktopError, adapter, keys, panel, theme};
use crate::gpu::Gpu;
use crate::view::{SAMPLED_FORMAT, TARGET_FORMAT};
use bevy::app::{AppExit, PluginGroup};
use bevy::asset::RenderAssetUsages;
use bevy::core_pipeline::schedule::camera_driver;
use bevy::input::keyboard::{Key, KeyboardFocusLost, KeyboardInput};
use bevy::log::LogPlugin;
use bevy::platform::cell::SyncCell;
use bevy::prelude::*;
use bevy::render::camera::SortedCameras;
use bevy::render::error_handler::{RenderError, RenderErrorHandler, RenderErrorPolicy};
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureUsages, TextureViewDescriptor};
use bevy::render::renderer::{RenderAdapterInfo, RenderDevice, RenderGraph, RenderGraphSystems, RenderQueue};
use bevy::render::settings::{RenderCreation, WgpuSettings};
use bevy::render::texture::GpuImage;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::render::{Render, RenderApp, RenderPlugin, RenderStartup, RenderSystems};
use bevy::window::{FileDragAndDrop, Monitor, PresentMode, PrimaryMonitor, PrimaryWindow, WindowResized};
use bevy::winit::WinitSettings;
use bevy_egui::helpers::bevy_to_egui_physical_key;
use bevy_egui::input::ModifierKeysState;
use bevy_egui::{
    EguiContext, EguiContexts, EguiInput, EguiPlugin, EguiPostUpdateSet, EguiPreUpdateSet, EguiPrimaryContextPass,
    EguiTextureHandle,
};
use crossbeam_channel::{Sender, bounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// Orders that may wait for the render world, and reports for the window: each side empties its own once a frame.
const QUEUE: usize = 1024;

/// Frames between the wanted cycle and the picture of the window, so that panels and picture show that cycle.
const SETTLING_FRAMES: u32 = 30;

#[derive(Resource)]
struct DeskResource(Desk);

#[derive(Resource)]
struct EngineResource(SyncCell<Engine>);

/// When the panels of this frame were begun.
#[derive(Resource)]
struct PanelsBegan(Instant);

/// The texture that the painter fills and the picture panel shows, in both worlds.
#[derive(Resource, Clone)]
struct Picture(Handle<Image>);

/// Where the reason of an early end goes.
#[derive(Resource)]
struct Ending(Sender<DesktopError>);

/// Builds the app, runs it until its window closes, and says how it ended.
pub fn run(launch: Launch) -> Result<(), DesktopError> {
    check_screen(&launch)?;
    let settings = adapter::settings(&launch.adapter)?;
    let (ending, ended) = bounded(1);
    let mut app = App::new();
    open(&mut app, &launch, settings)?;
    add_ours(&mut app, launch, ending)?;
    let exit = app.run();
    match (ended.try_recv(), exit) {
        (Ok(reason), _) => Err(reason),
        (Err(_), AppExit::Success) => Ok(()),
        (Err(_), AppExit::Error(code)) => Err(DesktopError::Ended(code.get())),
    }
}

/// Without a screen Bevy panics; better to say what is missing, before anything else is tried.
fn check_screen(launch: &Launch) -> Result<(), DesktopError> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let needs_display = cfg!(all(unix, not(target_os = "macos")));
    if needs_display && !set("DISPLAY") && !set("WAYLAND_DISPLAY") && !set("WAYLAND_SOCKET") {
        return Err(DesktopError::NoScreen { scene: launch.scene.path.clone() });
    }
    Ok(())
}

/// Adds Bevy. It panics where the screen does not answer, and offers no other way to learn of it: that panic becomes an
/// error, and says nothing by itself.
fn open(app: &mut App, launch: &Launch, settings: WgpuSettings) -> Result<(), DesktopError> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let added = catch_unwind(AssertUnwindSafe(|| add_bevy(app, launch, settings)));
    std::panic::set_hook(hook);
    added.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
        let reason = match text.and_then(|text| text.lines().next()) {
            // What follows names lines of source code.
            Some(text) if text.contains("event loop") => "it does not answer",
            Some(text) => text,
            None => "the window library does not say why",
        };
        DesktopError::Unopened { scene: launch.scene.path.clone(), reason: reason.to_owned() }
    })
}

fn add_bevy(app: &mut App, launch: &Launch, settings: WgpuSettings) {
    let [width, height] = launch.options.window;
    let window = Window {
        title: "fieldscope".to_owned(),
        name: Some("fieldscope".to_owned()),
        resolution: (width, height).into(),
        present_mode: present_mode(launch.options.presenting),
        ..default()
    };
    let plugins = DefaultPlugins
        .set(WindowPlugin { primary_window: Some(window), ..default() })
        .set(RenderPlugin { render_creation: RenderCreation::Automatic(Box::new(settings)), ..default() })
        .set(LogPlugin { level: bevy::log::Level::WARN, ..default() })
        // One world at a time: an input would wait for one more frame otherwise.
        .disable::<PipelinedRenderingPlugin>();
    app.add_plugins((plugins, EguiPlugin::default()))
        // Unfocused windows are slowed down otherwise, and timings with them.
        .insert_resource(WinitSettings::continuous())
        .insert_resource(ClearColor(Color::srgb_u8(theme::PANEL.r(), theme::PANEL.g(), theme::PANEL.b())))
        .insert_resource(RenderErrorHandler(on_render_error));
}

fn add_ours(app: &mut App, launch: Launch, ending: Sender<DesktopError>) -> Result<(), DesktopError> {
    let (orders, wanted) = bounded(QUEUE);
    let (reports, reported) = bounded(QUEUE);
    let Launch { scene, scenes, adapter: _, options } = launch;
    let engine = Engine::new(scene.clone(), &options, wanted, reports);
    let model = Model::new(scenes, scene, options.presenting);
    let picture = Picture(app.world_mut().resource_mut::<Assets<Image>>().add(texture([16, 16])));
    app.insert_resource(DeskResource(Desk::new(model, options, orders, reported)))
        .insert_resource(PanelsBegan(Instant::now()))
        .insert_resource(Ending(ending))
        .insert_resource(picture.clone())
        .add_systems(Startup, start)
        .add_systems(PreUpdate, (fit_screen, begin_frame, take_files).chain())
        .add_systems(
            PreUpdate,
            (correct_modifiers, decide_to_draw)
                .chain()
                .after(take_files)
                .after(EguiPreUpdateSet::ProcessInput)
                .before(EguiPreUpdateSet::BeginPass),
        )
        .configure_sets(PostUpdate, (EguiPostUpdateSet::EndPass, EguiPostUpdateSet::ProcessOutput).run_if(draws))
        .add_systems(PostUpdate, begin_panels.before(EguiPostUpdateSet::EndPass))
        .add_systems(PostUpdate, end_panels.after(EguiPostUpdateSet::ProcessOutput))
        .add_systems(EguiPrimaryContextPass, show)
        .add_systems(Last, (present, resize_picture, take_shot, leave, finish_on_exit, rest).chain());
    let render = app.get_sub_app_mut(RenderApp).ok_or(DesktopError::NoRenderer)?;
    render
        .insert_resource(EngineResource(SyncCell::new(engine)))
        .insert_resource(picture)
        .add_systems(RenderStartup, adopt_device)
        .add_systems(
            RenderGraph,
            run_engine.in_set(RenderGraphSystems::Render).before(camera_driver).run_if(not(is_drawn)),
        )
        .add_systems(Render, run_engine.after(RenderSystems::Render).before(RenderSystems::Cleanup).run_if(is_drawn));
    Ok(())
}

fn start(mut commands: Commands) {
    // egui draws where a camera does. It smooths its own edges, so samples per pixel would only cost time.
    commands.spawn((Camera2d, Msaa::Off));
}

/// Makes the window no larger than the screen, once the screen is known.
fn fit_screen(
    screens: Query<&Monitor, With<PrimaryMonitor>>,
    mut window: Single<&mut Window, With<PrimaryWindow>>,
    mut done: Local<bool>,
) {
    let Some(screen) = screens.iter().next().filter(|_| !*done) else { return };
    *done = true;
    let wanted = window.resolution.physical_size();
    let fitting = wanted.min(screen.physical_size());
    if fitting != wanted {
        window.resolution.set_physical_resolution(fitting.x, fitting.y);
    }
}

fn begin_frame(mut desk: ResMut<DeskResource>, window: Single<&Window, With<PrimaryWindow>>) {
    desk.0.focus(window.focused);
    desk.0.begin_frame(Instant::now());
}

/// What is dropped on the window is opened.
fn take_files(mut desk: ResMut<DeskResource>, mut files: MessageReader<FileDragAndDrop>) {
    for file in files.read() {
        match file {
            FileDragAndDrop::DroppedFile { path_buf, .. } => desk.0.dropped(path_buf),
            FileDragAndDrop::HoveredFile { path_buf, .. } => desk.0.hover(Some(path_buf.clone())),
            FileDragAndDrop::HoveredFileCanceled { .. } => desk.0.hover(None),
        }
    }
}

/// Gives every key the modifiers that were down with it: see [`keys::correct_modifiers`].
fn correct_modifiers(
    mut typed: MessageReader<KeyboardInput>,
    mut lost_focus: MessageReader<KeyboardFocusLost>,
    mut inputs: Query<&mut EguiInput>,
    mut held: Local<ModifierKeysState>,
    mut told: Local<egui::Modifiers>,
) {
    if lost_focus.read().count() > 0 {
        *held = ModifierKeysState::default();
    }
    let strokes: Vec<_> = typed.read().map(|typed| stroke(typed, &mut held)).collect();
    for mut input in &mut inputs {
        keys::correct_modifiers(&mut input.events, &strokes);
        keys::drop_unchanged(&mut input.events, &mut told);
    }
}

/// A frame in which the window is not drawn has no camera, and leaves the screen as it is.
fn decide_to_draw(
    mut desk: ResMut<DeskResource>,
    mut views: Query<(&mut Camera, &EguiInput, &mut EguiContext)>,
    mut resized: MessageReader<WindowResized>,
) {
    let mut touched = resized.read().count() > 0;
    for (_, input, mut context) in &mut views {
        touched |= !input.events.is_empty() || context.get_mut().has_requested_repaint();
    }
    desk.0.decide_to_draw(touched);
    for (mut camera, ..) in &mut views {
        camera.is_active = desk.0.draws;
    }
}

fn draws(desk: Res<DeskResource>) -> bool {
    desk.0.draws
}

fn rest(desk: Res<DeskResource>) {
    if desk.0.may_rest() {
        std::thread::sleep(REST);
    }
}

fn stroke(typed: &KeyboardInput, held: &mut ModifierKeysState) -> keys::Stroke {
    let pressed = typed.state.is_pressed();
    match typed.logical_key {
        Key::Shift => held.shift = pressed,
        Key::Control => held.ctrl = pressed,
        Key::Alt => held.alt = pressed,
        Key::Super | Key::Meta => held.win = pressed,
        _ => {}
    }
    keys::Stroke { key: bevy_to_egui_physical_key(&typed.key_code), pressed, modifiers: held.to_egui_modifiers() }
}

fn show(mut contexts: EguiContexts, mut desk: ResMut<DeskResource>, picture: Res<Picture>, mut themed: Local<bool>) {
    let texture = contexts
        .image_id(&picture.0)
        .unwrap_or_else(|| contexts.add_image(EguiTextureHandle::Strong(picture.0.clone())));
    // Without a window there is no context, and nothing to show.
    let Ok(context) = contexts.ctx_mut() else { return };
    if !std::mem::replace(&mut *themed, true) {
        theme::apply(context);
        if let Some(path) = desk.0.options().places.clone() {
            context.add_plugin(Places::new(path));
        }
    }
    let everything = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(context.viewport_rect());
    let mut root = egui::Ui::new(context.clone(), "root".into(), everything);
    let desk = &mut desk.0;
    let shown = panel::window(&mut root, &desk.model, Some(texture));
    desk.asked.extend(shown.actions);
    desk.picture = shown.picture;
    desk.scaled(context.pixels_per_point());
    if desk.apply() {
        // Laid out once more, what was asked for is answered in this frame already.
        context.request_discard("the model has changed");
    }
}

fn begin_panels(mut began: ResMut<PanelsBegan>) {
    began.0 = Instant::now();
}

/// Books what laying out the panels and cutting them into triangles took.
fn end_panels(mut desk: ResMut<DeskResource>, began: Res<PanelsBegan>) {
    if desk.0.draws {
        desk.0.spent += began.0.elapsed();
    }
}

fn present(desk: Res<DeskResource>, mut window: Single<&mut Window, With<PrimaryWindow>>) {
    let wanted = present_mode(desk.0.model.presenting);
    if window.present_mode != wanted {
        window.present_mode = wanted;
    }
}

fn resize_picture(desk: Res<DeskResource>, picture: Res<Picture>, mut images: ResMut<Assets<Image>>) -> Result {
    let wanted = desk.0.picture;
    let unchanged = images.get(&picture.0).is_none_or(|image| [image.width(), image.height()] == wanted);
    if wanted != [0, 0] && !unchanged {
        images.insert(&picture.0, texture(wanted))?;
    }
    Ok(())
}

fn take_shot(desk: Res<DeskResource>, mut commands: Commands, mut waited: Local<u32>) {
    let Some(shot) = &desk.0.options().screenshot else { return };
    if desk.0.model.scene.is_none() || desk.0.model.status.cycle < shot.after_cycles {
        return;
    }
    *waited += 1;
    if *waited == SETTLING_FRAMES {
        let path = shot.path.clone();
        let save = move |captured: On<ScreenshotCaptured>, ending: Res<Ending>, mut exit: MessageWriter<AppExit>| {
            let saved = captured.image.clone().try_into_dynamic().map_err(|error| error.to_string());
            let saved = saved.and_then(|image| image.to_rgb8().save(&path).map_err(|error| error.to_string()));
            match saved {
                Ok(()) => exit.write(AppExit::Success),
                Err(reason) => {
                    let _ = ending.0.try_send(DesktopError::Screenshot { path: path.clone(), reason });
                    exit.write(AppExit::error())
                }
            };
        };
        commands.spawn(Screenshot::primary_window()).observe(save);
    }
}

fn leave(desk: Res<DeskResource>, mut exit: MessageWriter<AppExit>) {
    if desk.0.leaving {
        exit.write(AppExit::Success);
    }
}

fn finish_on_exit(mut desk: ResMut<DeskResource>, mut exits: MessageReader<AppExit>) {
    if exits.read().next().is_some() {
        desk.0.leave(true, "the window was closed");
    }
}

fn adopt_device(
    mut engine: ResMut<EngineResource>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    info: Res<RenderAdapterInfo>,
) {
    let queue: &wgpu::Queue = &queue.0;
    engine.0.get().adopt(&Gpu::adopt(device.wgpu_device().clone(), queue.clone(), (***info).clone()));
}

/// Whether this frame draws the window. Then the engine comes after it: on a software adapter whatever is submitted
/// waits until everything before it is done.
fn is_drawn(cameras: Res<SortedCameras>) -> bool {
    !cameras.0.is_empty()
}

fn run_engine(mut engine: ResMut<EngineResource>, picture: Res<Picture>, images: Res<RenderAssets<GpuImage>>) {
    let target = images.get(&picture.0).map(|image| {
        let size = image.texture.size();
        let texture: &wgpu::Texture = &image.texture;
        Canvas { texture: texture.clone(), size: [size.width, size.height] }
    });
    engine.0.get().frame(target.as_ref());
}

/// A lost device cannot be drawn with: what was recorded is kept, and the program ends with the reason. Any other error
/// is shown, and the window goes on.
fn on_render_error(error: &RenderError, main: &mut World, _render: &mut World) -> RenderErrorPolicy {
    use bevy::render::error_handler::ErrorType;
    let lost = matches!(error.ty, ErrorType::DeviceLost);
    if let Some(mut desk) = main.get_resource_mut::<DeskResource>() {
        desk.0.device_failed(&error.description, lost);
    }
    if !lost {
        return RenderErrorPolicy::Ignore;
    }
    if let Some(ending) = main.get_resource::<Ending>() {
        let _ = ending.0.try_send(DesktopError::DeviceLost(error.description.clone()));
    }
    main.write_message(AppExit::error());
    RenderErrorPolicy::StopRendering
}

fn present_mode(presenting: Presenting) -> PresentMode {
    match presenting {
        Presenting::Vsync => PresentMode::AutoVsync,
        Presenting::Immediate => PresentMode::AutoNoVsync,
    }
}

/// What [`crate::view::target_texture`] makes, as an asset: written as it is, sampled as sRGB.
fn texture([width, height]: [u32; 2]) -> Image {
    let size = Extent3d { width, height, depth_or_array_layers: 1 };
    let usage = RenderAssetUsages::RENDER_WORLD;
    let mut image = Image::new_uninit(size, TextureDimension::D2, TARGET_FORMAT, usage);
    image.texture_descriptor.usage = TextureUsages::STORAGE_BINDING
        | TextureUsages::TEXTURE_BINDING
        | TextureUsages::COPY_SRC
        | TextureUsages::COPY_DST;
    image.texture_descriptor.view_formats = &[SAMPLED_FORMAT];
    image.texture_view_descriptor = Some(TextureViewDescriptor {
        label: Some("picture, sampled"),
        format: Some(SAMPLED_FORMAT),
        usage: Some(TextureUsages::TEXTURE_BINDING),
        ..default()
    });
    image
}
