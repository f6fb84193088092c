use super::*;
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kiln {
    name: String,
    bricks: u32,
    fuel: Fuel,
    limit: Option<f64>,
    lit: bool,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Fuel {
    Wood,
    Coal,
}

const GOOD: &str = "(\n  name: \"é\",\n  bricks: 12,\n  fuel: Wood,\n  limit: Some(3.5),\n  lit: true,\n)\n";

fn complaint(text: &str) -> String {
    let error = parse_ron::<Kiln>(Path::new("kiln.ron"), text).unwrap_err().to_string();
    assert!(!error.contains('\n'), "{error}");
    error
}

fn file_complaint(bytes: &[u8], limit: u64) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("kiln.ron");
    std::fs::write(&path, bytes).unwrap();
    let error = read_ron::<Kiln>(&path, limit).unwrap_err().to_string();
    error.replace(&directory.path().display().to_string(), "").replace("/kiln.ron", "kiln.ron")
}

#[test]
fn a_good_file_is_read_up_to_its_exact_size() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("kiln.ron");
    std::fs::write(&path, GOOD).unwrap();
    let kiln: Kiln = read_ron(&path, GOOD.len() as u64).unwrap();
    assert_eq!(kiln, Kiln { name: "é".into(), bricks: 12, fuel: Fuel::Wood, limit: Some(3.5), lit: true });
    assert_eq!(parse_ron::<Kiln>(&path, &format!("\u{feff}{GOOD}")).unwrap(), kiln);
}

#[test]
fn a_wrong_field_is_named_with_its_place_and_the_right_ones() {
    assert_eq!(
        complaint(&GOOD.replace("bricks", "brikcs")),
        "kiln.ron:3:3: unexpected field `brikcs` in `Kiln`, expected one of `name`, `bricks`, `fuel`, `limit`, `lit`; \
         did you mean `bricks`?"
    );
    assert_eq!(
        complaint(&GOOD.replace("bricks", "zzz")),
        "kiln.ron:3:3: unexpected field `zzz` in `Kiln`, expected one of `name`, `bricks`, `fuel`, `limit`, `lit`; \
         take the field out or correct its name"
    );
    assert_eq!(
        complaint(&GOOD.replace("  bricks: 12,\n", "")),
        "kiln.ron:6:1: field `bricks` is missing in `Kiln`; add `bricks: …,` before this bracket"
    );
    assert_eq!(
        complaint(&GOOD.replace("fuel: Wood", "bricks: 3")),
        "kiln.ron:4:3: field `bricks` is given twice in `Kiln`; keep one of the two"
    );
}

#[test]
fn a_wrong_value_is_named_with_its_field() {
    let cases = [
        ("12", "\"many\"", "kiln.ron:3:11: field `bricks`: expected integer, found `\"many\"`; correct it"),
        (
            "12",
            "-3",
            "kiln.ron:3:12: field `bricks`: the number `3` is negative or too large here; write one that fits",
        ),
        (
            "12",
            "3.5",
            "kiln.ron:3:12: field `bricks`: expected a whole number, found a fraction; leave the fraction out",
        ),
        (
            "Wood",
            "Wod",
            "kiln.ron:4:9: field `fuel`: unexpected value `Wod` in `Fuel`, expected one of `Wood`, `Coal`; \
             did you mean `Wood`?",
        ),
        (
            "Some(3.5)",
            "3.5",
            "kiln.ron:5:10: field `limit`: expected an optional value, found `3.5`; write `Some(…)` or `None`",
        ),
        ("true", "1", "kiln.ron:6:8: field `lit`: expected boolean, found `1`; correct it"),
        ("\"é\"", "7", "kiln.ron:2:9: field `name`: expected string, found `7`; correct it"),
    ];
    for (right, wrong, expected) in cases {
        assert_eq!(complaint(&GOOD.replace(right, wrong)), expected);
    }
}

#[test]
fn more_text_after_the_document_is_refused() {
    let expected = "kiln.ron:8:1: the document has ended, but more text follows, found `(again`; take it \
         out, or check the brackets before it";
    assert_eq!(complaint(&format!("{GOOD}(again)")), expected);
}

#[test]
fn a_text_cut_anywhere_is_called_cut_off() {
    for (cut, _) in GOOD.trim_end().char_indices().skip(1) {
        let error = parse_ron::<Kiln>(Path::new("kiln.ron"), &GOOD[..cut]).unwrap_err();
        assert!(matches!(error, RonFileError::Truncated { .. }), "{cut} bytes: {error}");
    }
}

#[test]
fn sizes_are_checked_before_reading_and_both_are_told() {
    let expected = format!(
        "kiln.ron: holds {} bytes, more than the 10 that are read; check that it is the right file",
        GOOD.len()
    );
    assert_eq!(file_complaint(GOOD.as_bytes(), 10), expected);
}

#[test]
fn what_is_no_text_is_refused() {
    assert_eq!(file_complaint(b" \n", 10), "kiln.ron: is empty; check that it was written to its end");
    let expected = "kiln.ron:2:3: is not UTF-8 text; check that it is the right file, or save it as UTF-8";
    assert_eq!(file_complaint(b"(\n\xc3\xa9a\xff", 10), expected);
    let directory = tempfile::tempdir().unwrap();
    let error = read_text(directory.path(), 10).unwrap_err().to_string();
    assert!(error.ends_with(": is a directory, not a file; name a file"), "{error}");
    let error = read_text(&directory.path().join("nothing"), 10).unwrap_err().to_string();
    assert!(error.ends_with("nothing: no such file; check the path"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_device_is_not_read() {
    let error = read_text(Path::new("/dev/zero"), 10).unwrap_err().to_string();
    assert_eq!(error, "/dev/zero: is a device or a pipe, not a file; name a file");
}
