use super::*;
use proptest::prelude::*;

/// A channel of a file of the tests: label, unit, samples a record.
struct Made {
    label: &'static str,
    unit: &'static str,
    samples: usize,
}

/// An EDF or BDF file; sample n of channel c has the digital value 100 c + n, a step is 0.5 of the unit.
fn edf(width: usize, records: usize, channels: &[Made], annotations: &[&[u8]]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut text = |text: &str, width: usize| {
        let mut bytes: Vec<u8> = text.chars().map(|character| character as u8).collect();
        bytes.resize(width, b' ');
        file.extend(bytes);
    };
    text(if width == 2 { "0" } else { "\u{ff}BIOSEMI" }, 8);
    text("X X X X", 80);
    text("Startdate 01-JAN-2026 X X X", 80);
    text("01.01.26", 8);
    text("10.00.00", 8);
    text(&format!("{}", 256 * (channels.len() + 1)), 8);
    text(if annotations.is_empty() { "" } else { "EDF+C" }, 44);
    text(&format!("{records}"), 8);
    text("0.5", 8);
    text(&format!("{}", channels.len()), 4);
    channels.iter().for_each(|of| text(of.label, 16));
    channels.iter().for_each(|_| text("", 80));
    channels.iter().for_each(|of| text(of.unit, 8));
    channels.iter().for_each(|_| text("-500", 8));
    channels.iter().for_each(|_| text("500", 8));
    channels.iter().for_each(|_| text("-1000", 8));
    channels.iter().for_each(|_| text("1000", 8));
    channels.iter().for_each(|_| text("", 80));
    channels.iter().for_each(|of| text(&format!("{}", of.samples), 8));
    channels.iter().for_each(|_| text("", 32));
    for record in 0..records {
        for (at, of) in channels.iter().enumerate() {
            if of.label.ends_with("Annotations") {
                let mut bytes = annotations.get(record).map_or_else(Vec::new, |bytes| bytes.to_vec());
                bytes.resize(width * of.samples, 0);
                file.extend(bytes);
                continue;
            }
            for sample in 0..of.samples {
                let value = (100 * at + record * of.samples + sample) as i32 - 50;
                file.extend(&value.to_le_bytes()[..width]);
            }
        }
    }
    file
}

fn two() -> [Made; 2] {
    [Made { label: "Fz", unit: "uV", samples: 20 }, Made { label: "EMG", unit: "mV", samples: 10 }]
}

#[test]
fn edf_and_bdf_give_names_units_rates_and_scaled_samples() {
    for width in [2, 3] {
        let signals = edf::read(&edf(width, 3, &two(), &[])).unwrap();
        let [fz, emg] = signals.channels.as_slice() else { panic!("{signals:?}") };
        assert_eq!((fz.name.as_str(), fz.unit.as_deref(), fz.rate), ("Fz", Some("uV"), Some(40.0)));
        assert_eq!((emg.name.as_str(), emg.unit.as_deref(), emg.rate), ("EMG", Some("mV"), Some(20.0)));
        let wanted: Vec<f32> = (0..60_u8).map(|at| 0.5 * (f32::from(at) - 50.0)).collect();
        assert_eq!(fz.samples, wanted);
        assert_eq!(emg.samples[0], 25.0);
    }
}

#[test]
fn annotations_of_edf_plus_are_read_with_their_times() {
    let channels =
        [Made { label: "Fz", unit: "uV", samples: 20 }, Made { label: "EDF Annotations", unit: "", samples: 30 }];
    let first: &[u8] = b"+0\x14\x14\0+0.25\x151.5\x14eyes closed\x14spike\x14\0broken\x14x\x14\0";
    let second: &[u8] = b"+0.5\x14\x14\0+0.1\x14start\x14\0";
    let signals = edf::read(&edf(2, 2, &channels, &[first, second])).unwrap();
    let found: Vec<_> = signals.annotations.iter().map(|of| (of.onset, of.duration, of.text.as_str())).collect();
    assert_eq!(found, [(0.1, None, "start"), (0.25, Some(1.5), "eyes closed"), (0.25, Some(1.5), "spike")]);
    assert_eq!(signals.channels.len(), 1);
}

#[test]
fn an_edf_file_cut_at_any_byte_is_refused_or_whole() {
    let whole = edf(2, 3, &two(), &[]);
    for end in 0..whole.len() {
        let fault = edf::read(&whole[..end]).unwrap_err();
        assert!(fault.place.starts_with("byte "), "{fault:?}");
    }
    assert!(edf::read(&whole).is_ok());
}

#[test]
fn edf_headers_that_cannot_be_say_what_and_where() {
    let changed = |at: usize, text: &str| {
        let mut file = edf(2, 3, &two(), &[]);
        file[at..at + text.len()].copy_from_slice(text.as_bytes());
        edf::read(&file).unwrap_err()
    };
    for (at, text, place, part) in [
        (0, "1", "byte 0", "does not begin as"),
        (184, "1024    ", "byte 184", "its header has 1024 bytes; with 2 channels it has 768"),
        (236, "9999    ", "byte 236", "it is truncated"),
        (236, "0       ", "byte 236", "announces 0 records"),
        (236, "many    ", "byte 236", "is no number"),
        (244, "0       ", "byte 244", "records of 0 s"),
        (252, "0   ", "byte 252", "announces 0 channels"),
        (252, "9999", "byte 252", "announces 9999 channels"),
        (192, "EDF+D", "byte 192", "discontinuous"),
        (256 + 2 * (16 + 80 + 8 + 8 + 8 + 8 + 8 + 80), "1e300   ", "byte 688", "samples a record"),
        (256 + 2 * (16 + 80 + 8), "500     ", "byte 464", "that is no scale"),
    ] {
        let fault = changed(at, text);
        assert_eq!(fault.place, place, "{fault:?}");
        assert!(fault.problem.contains(part), "{fault:?}");
    }
}

fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    let header = format!("{header}\n");
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.bytes());
    file.extend(data);
    file
}

#[test]
fn npy_arrays_of_every_kind_are_read_and_wrong_sizes_refused_before_they_are_allocated() {
    let header =
        |kind: &str, shape: &str| format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({shape}), }}");
    let doubles: Vec<u8> = [1.5_f64, -2.0, 3.0, 4.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    let signals = npy::read(&npy(&header("<f8", "2, 2"), &doubles)).unwrap();
    assert_eq!(signals.channels[1].samples, [3.0, 4.0]);
    assert_eq!(signals.channels[1].name, "channel 2");
    let short: Vec<u8> = [7_i16, -8].iter().flat_map(|value| value.to_le_bytes()).collect();
    assert_eq!(npy::read(&npy(&header("<i2", "2,"), &short)).unwrap().channels[0].samples, [7.0, -8.0]);
    let fault = |kind: &str, shape: &str, data: &[u8]| npy::read(&npy(&header(kind, shape), data)).unwrap_err().problem;
    assert!(fault("<f8", "99999999999, 99999999999", &doubles).contains("32 bytes follow"));
    assert!(fault("<f8", "2, 2", &doubles[..30]).len() > 5);
    assert!(fault("<f8", "0, 2", &[]).contains("it is empty"));
    assert!(fault("<f8", "1, 2, 2", &doubles).contains("3 axes"));
    assert!(fault("|b1", "4,", &[1, 0, 1, 0]).contains("no numbers that can be read"));
    let whole = npy(&header("<f8", "2, 2"), &doubles);
    for end in 0..whole.len() {
        assert!(npy::read(&whole[..end]).is_err(), "{end}");
    }
}

#[test]
fn csv_names_gaps_and_text_in_the_wrong_place() {
    let signals = csv::read(b"Fz, Cz\n1.5,2\n,nan\n3,-4e2\n").unwrap();
    assert_eq!(signals.channels[0].name, "Fz");
    assert_eq!(signals.channels[1].samples[2], -400.0);
    assert!(signals.channels[0].samples[1].is_nan());
    assert_eq!(csv::read(b"1;2\n3;4").unwrap().channels[1].samples, [2.0, 4.0]);
    assert_eq!(csv::read(b"1 2\n3 4").unwrap().channels.len(), 2);
    for (text, place, part) in [
        (&b"a,b\n1,2\n3,hello\n"[..], "line 3", "\"hello\" is no number"),
        (b"a,b\n1,2\n3\n", "line 3", "has 1 columns, the first line has 2"),
        (b"only words here\n", "line 2", "holds no numbers"),
        (b" \n\n", "line 1", "is empty"),
        (b"a\n1\n\xff\n", "line 3", "is not UTF-8"),
    ] {
        let fault = csv::read(text).unwrap_err();
        assert_eq!((fault.place.as_str(), fault.problem.contains(part)), (place, true), "{fault:?}");
    }
}

#[test]
fn channels_are_chosen_by_name_or_number_and_mixed_rates_refused_by_name() {
    let signals = edf::read(&edf(2, 3, &two(), &[])).unwrap();
    let path = Path::new("r.edf");
    let select = |names: &[&str], rate| {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        signals.select(path, &names, rate).map_err(|error| error.to_string())
    };
    assert_eq!(select(&["emg"], None).unwrap().rate, 20.0);
    assert_eq!(select(&["1"], None).unwrap().names, ["Fz"]);
    let mixed = select(&[], None).unwrap_err();
    assert!(mixed.starts_with("r.edf: its channels \"Fz\" of 40 Hz and \"EMG\" of 20 Hz differ in rate"), "{mixed}");
    assert!(select(&["Oz"], None).unwrap_err().contains("no channel is called \"Oz\"; there are Fz, EMG"));
    assert!(select(&["Fz"], Some(50.0)).unwrap_err().contains("is recorded at 40 Hz, and 50 Hz was given"));
    let table = csv::read(b"1,2\n2,3\n3,4").unwrap();
    assert!(table.select(path, &[], None).unwrap_err().to_string().contains("give the rate with --fs"));
    let mut flat = csv::read(b"1,2\n1,3\n1,4").unwrap();
    flat.channels[0].excluded = spans::mark(&mut flat.channels[0].samples, None);
    assert!(flat.select(path, &[], Some(3.0)).unwrap_err().to_string().contains("\"channel 1\" is flat"));
}

#[test]
fn excluded_samples_become_bits() {
    let mut signals = csv::read(b"1,2\n2,nan\n3,4\n4,5\n").unwrap();
    for channel in &mut signals.channels {
        channel.excluded = spans::mark(&mut channel.samples, Some(100.0));
    }
    let input = signals.select(Path::new("t.csv"), &[], Some(100.0)).unwrap();
    assert_eq!(input.excluded.as_deref(), Some(&[0, 2][..]));
    assert_eq!(input.samples[5], 3.0);
}

proptest! {
    #[test]
    fn no_bytes_bring_a_reader_down(bytes in proptest::collection::vec(any::<u8>(), 0..1500)) {
        let _ = edf::read(&bytes);
        let _ = npy::read(&bytes);
        let _ = csv::read(&bytes);
    }

    #[test]
    fn no_changed_bytes_of_a_header_bring_a_reader_down(
        changes in proptest::collection::vec((0_usize..820, any::<u8>()), 1..12),
        digits in proptest::collection::vec((184_usize..760, b'0'..=b'9'), 0..12),
    ) {
        let mut file = edf(2, 3, &two(), &[]);
        for (at, byte) in changes.into_iter().chain(digits) {
            file[at] = byte;
        }
        if let Ok(signals) = edf::read(&file) {
            let samples: usize = signals.channels.iter().map(|channel| channel.samples.len()).sum();
            prop_assert!(2 * samples <= file.len());
        }
    }

    #[test]
    fn no_changed_npy_header_brings_the_reader_down(changes in proptest::collection::vec((6_usize..80, any::<u8>()), 1..6)) {
        let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }";
        let mut file = npy(header, &[0; 32]);
        for (at, byte) in changes {
            if let Some(slot) = file.get_mut(at) {
                *slot = byte;
            }
        }
        let _ = npy::read(&file);
    }
}
