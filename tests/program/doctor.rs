//! What `doctor` says.

use super::Desk;

#[test]
fn the_doctor_says_what_the_machine_can_do_for_programs_and_for_people() {
    let desk = Desk::new();
    let report: serde_json::Value = serde_json::from_str(&desk.done(&["doctor", "--json"])).unwrap();
    let keys: Vec<&str> = report.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "adapter",
        "backend",
        "device_type",
        "driver",
        "driver_info",
        "features",
        "kernels",
        "max_binding_bytes",
        "max_buffer_bytes",
        "roof",
        "self_check",
        "timestamp_period_ns",
        "troubles",
    ];
    assert_eq!(keys, expected);
    assert!(report["roof"]["copy_gb_s"].as_f64().unwrap() > 0.0 && report["roof"]["gflop_s"].as_f64().unwrap() > 0.0);
    assert!(report["self_check"]["host_ms"].as_f64().unwrap() > 0.0);
    assert!(report["self_check"]["trusted"].is_boolean() && report["troubles"].is_array());

    let spoken = desk.done(&["doctor"]);
    let adapter = report["adapter"].as_str().unwrap();
    for part in ["adapter", adapter, "driver", "limits", "features", "timestamps", "roof", "trouble"] {
        assert!(spoken.contains(part), "{part:?} is not in:\n{spoken}");
    }
}
