//! The program with its window on a screen of its own, and a hand on keyboard and mouse.

use super::screen::{Corners, Screen, Shot};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take before the test gives up. A loaded machine builds a kernel in seconds, not in minutes.
const PATIENCE: Duration = Duration::from_secs(180);

/// Between two looks.
const GLANCE: Duration = Duration::from_millis(20);

/// Looks until there is something to see.
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(began.elapsed() < PATIENCE, "waited for {} s in vain: {what}", PATIENCE.as_secs());
        std::thread::sleep(GLANCE);
    }
}

/// A command that runs the program in a folder of its own.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldscope"));
    command.current_dir(folder).stdin(Stdio::null()).env("FIELDSCOPE_CACHE", env!("CARGO_TARGET_TMPDIR"));
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    command
}

/// A widget as the program tells of it.
#[derive(Clone, Debug)]
pub struct Widget {
    role: String,
    /// Its name, or what a label says.
    pub name: String,
    /// `on`, `off`, a number, or `-`.
    pub state: String,
    /// Where it is.
    pub corners: Corners,
}

impl Widget {
    fn parse(line: &str) -> Self {
        let parts: Vec<&str> = line.split('\t').collect();
        let [role, name, state, corners @ ..] = parts.as_slice() else { panic!("no widget: {line:?}") };
        let corner = |place: usize| corners[place].parse::<f64>().unwrap().max(0.0) as u32;
        let corners = [corner(0), corner(1), corner(2), corner(3)];
        Self { role: (*role).to_owned(), name: (*name).to_owned(), state: (*state).to_owned(), corners }
    }

    /// A place in it: a part of its width, half of its height.
    fn at(&self, part: f64) -> [u32; 2] {
        let [left, top, right, bottom] = self.corners;
        [left + (f64::from(right - left) * part) as u32, u32::midpoint(top, bottom)]
    }
}

/// A window that is open; the program ends with this value.
pub struct Window {
    program: Child,
    /// Where its recordings land, under `out/`.
    pub folder: TempDir,
    /// The screen that it covers.
    pub screen: Screen,
}

impl Window {
    /// Opens this scene on a new screen and waits for its first picture.
    pub fn open(scene: &str) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), scene, &[])
    }

    /// As [`Self::open`], with more arguments, in a folder that has what they name.
    pub fn open_in(folder: TempDir, scene: &str, arguments: &[&str]) -> Self {
        std::fs::write(folder.path().join("scene.ron"), scene).unwrap();
        let screen = Screen::start();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let program = program(folder.path())
            .args(["scene.ron", "--places", "places"])
            .args(arguments)
            .env("DISPLAY", &screen.display)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut window = Self { program, folder, screen };
        wait_for("the window with the first cycles", || {
            let ended = window.program.try_wait().unwrap();
            assert_eq!(ended, None, "the program ended by itself: {}", window.log());
            (window.widget("Image", "picture").is_some() && window.cycle()? > 0).then_some(())
        });
        // Without a window manager nobody else gives it the keyboard.
        window.hand(&["search", "--sync", "--onlyvisible", "--name", "^fieldscope$", "windowfocus", "--sync"]);
        window
    }

    /// What the program has said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Every widget with a name, as of the last frame.
    pub fn widgets(&self) -> Vec<Widget> {
        let text = std::fs::read_to_string(self.folder.path().join("places")).unwrap_or_default();
        text.lines().map(Widget::parse).collect()
    }

    /// The widget of this role whose name begins like this.
    pub fn widget(&self, role: &str, name: &str) -> Option<Widget> {
        self.widgets().into_iter().find(|widget| widget.role == role && widget.name.starts_with(name))
    }

    /// The cycle on show.
    pub fn cycle(&self) -> Option<u64> {
        let shown = self.widget("Label", "cycle ")?.name;
        // Thousands are set apart.
        shown.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
    }

    /// Waits until the widget of this role and name is there.
    #[track_caller]
    pub fn wait_for_widget(&self, role: &str, name: &str) -> Widget {
        wait_for(&format!("{role} {name:?}"), || self.widget(role, name))
    }

    /// Presses a key, as `xdotool key` names it.
    pub fn press(&self, key: &str) {
        self.hand(&["key", key]);
    }

    /// Types this into whatever has the keyboard.
    pub fn type_text(&self, text: &str) {
        self.hand(&["type", "--delay", "30", text]);
    }

    /// Presses a key and returns how long it takes until this part of the screen shows something else.
    pub fn answer(&self, key: &str, part: Corners) -> Duration {
        let before = self.screen.shot(part);
        let began = Instant::now();
        let mut hand = self.xdotool(&["key", "--delay", "0", key]).spawn().unwrap_or_else(|error| no_hand(&error));
        while self.screen.shot(part) == before {
            assert!(began.elapsed() < PATIENCE, "the key {key} changes nothing");
            std::thread::sleep(Duration::from_millis(1));
        }
        let answered = began.elapsed();
        assert!(hand.wait().unwrap().success());
        answered
    }

    /// Presses the mouse on the widget of this role and name, at a part of its width, and holds it there until the
    /// widget has another state.
    #[track_caller]
    pub fn press_mouse(&self, role: &str, name: &str, part: f64) {
        let before = self.wait_for_widget(role, name);
        let [x, y] = before.at(part).map(|at| at.to_string());
        self.hand(&["mousemove", &x, &y, "mousedown", "1"]);
        let has_changed = || (self.widget(role, name)?.state != before.state).then_some(());
        wait_for(&format!("another state of {role} {name:?}"), has_changed);
        self.hand(&["mouseup", "1"]);
    }

    /// Clicks the widget of this role and name.
    pub fn click(&self, role: &str, name: &str) {
        let [x, y] = self.wait_for_widget(role, name).at(0.1).map(|at| at.to_string());
        self.hand(&["mousemove", &x, &y, "click", "1"]);
    }

    /// Drags from one part of a widget's width to another, at half of its height.
    pub fn drag(&self, role: &str, name: &str, parts: [f64; 2]) {
        let widget = self.wait_for_widget(role, name);
        let [[x, y], [to, _]] = parts.map(|part| widget.at(part).map(|at| at.to_string()));
        self.hand(&["mousemove", &x, &y, "mousedown", "1"]);
        // A hand does not jump: the press and the way are seen in different frames.
        std::thread::sleep(Duration::from_millis(300));
        self.hand(&["mousemove", &to, &y]);
        std::thread::sleep(Duration::from_millis(300));
        self.hand(&["mouseup", "1"]);
    }

    /// Puts the pointer over a widget, at these parts of its width and height.
    pub fn point(&self, role: &str, name: &str, parts: [f64; 2]) {
        let [left, top, right, bottom] = self.wait_for_widget(role, name).corners.map(f64::from);
        let at = [left + (right - left) * parts[0], top + (bottom - top) * parts[1]];
        let [x, y] = at.map(|at| at.round().to_string());
        self.hand(&["mousemove", &x, &y]);
    }

    /// The number that a label of this name says.
    pub fn said(&self, name: &str) -> Option<f64> {
        self.widget("Label", &format!("{name}: "))?.name.strip_prefix(name)?.strip_prefix(": ")?.parse().ok()
    }

    /// Clicks a widget twice, at these parts of its width and height.
    pub fn double_click(&self, role: &str, name: &str, parts: [f64; 2]) {
        self.point(role, name, parts);
        self.hand(&["click", "--repeat", "2", "--delay", "120", "1"]);
    }

    /// Puts the pointer where it points at nothing.
    pub fn take_pointer_away(&self) {
        let [x, y] = super::screen::SIZE.map(|size| (size - 2).to_string());
        self.hand(&["mousemove", &x, &y]);
    }

    /// The picture of the state once it rests: twice the same, with a few frames in between.
    pub fn resting_picture(&self) -> Shot {
        wait_for("a picture that rests", || {
            let corners = self.widget("Image", "picture")?.corners;
            let shot = self.screen.shot(corners);
            std::thread::sleep(Duration::from_millis(400));
            let same = self.widget("Image", "picture")?.corners == corners && self.screen.shot(corners) == shot;
            same.then_some(shot)
        })
    }

    /// A file of this ending among the recordings, once there is one.
    #[track_caller]
    pub fn recorded(&self, ending: &str) -> PathBuf {
        let folder = self.folder.path().join("out");
        wait_for(&format!("a recording that ends in {ending}"), || {
            let files = std::fs::read_dir(&folder).ok()?.map(|entry| entry.unwrap().path());
            files.into_iter().find(|path| path.to_string_lossy().ends_with(ending))
        })
    }

    /// Waits until the program has ended.
    pub fn ended(mut self) -> ExitStatus {
        wait_for("the end of the program", || self.program.try_wait().unwrap())
    }

    fn hand(&self, arguments: &[&str]) {
        let Output { status, stderr, .. } = self.xdotool(arguments).output().unwrap_or_else(|error| no_hand(&error));
        assert!(status.success(), "xdotool {arguments:?}: {}", String::from_utf8_lossy(&stderr));
    }

    fn xdotool(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("xdotool");
        command.args(arguments).env("DISPLAY", &self.screen.display).stdin(Stdio::null()).stdout(Stdio::null());
        command
    }
}

fn no_hand(error: &std::io::Error) -> ! {
    panic!("xdotool does not start ({error}): install the package xdotool; `scripts/test` does that")
}

impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let path = std::env::temp_dir().join("fieldscope-window-test.png");
            let [width, height] = super::screen::SIZE;
            self.screen.shot([0, 0, width, height]).save(&path);
            eprintln!("the screen is kept in {}; the program said:\n{}", path.display(), self.log());
        }
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
