use super::super::examples::session;
use super::super::{Counts, Session};
use super::*;

#[test]
fn a_table_is_aligned_and_says_what_it_leaves_out() {
    let table = timing_table(&Summary::of(&session()));
    let expected = "\
arm A, passes timed by the device
stage                                 share %  median ms    p95 ms    min ms    max ms  count   GB/s  % of roof
inject+learn                             50.0   0.001500  0.001950  0.001000  0.002000      2  2.667        0.7
wait (host)                              50.0   0.003000  0.003000  0.003000  0.003000      1  1.333        0.3
all passes                                      0.003000  0.003900  0.002000  0.004000      2
encoding by the host, waits included            0.005000  0.005000  0.005000  0.005000      1
samples left out: 1 dropped, 2 of zero length, 3 with the end before the begin, 4 without a timestamp
";
    assert_eq!(table, expected);
}

#[test]
fn host_time_is_labelled_and_what_is_missing_is_no_zero() {
    let mut session = Session { samples: Vec::new(), counts: Counts::default(), ..session() };
    session.header.timing.method = TimingMethod::HostOnly { reason: "no timestamps on this adapter".into() };
    let expected = "\
arm A, HOST TIME ONLY: no timestamps on this adapter
stage                                 share %  median ms    p95 ms    min ms    max ms  count  GB/s  % of roof
inject+learn                                –          –         –         –         –      0     –          –
wait                                        –          –         –         –         –      0     –          –
all passes                                             –         –         –         –      0
encoding by the host, waits included            0.005000  0.005000  0.005000  0.005000      1
";
    assert_eq!(timing_table(&Summary::of(&session)), expected);
}

#[test]
fn small_and_large_figures_keep_four_digits() {
    let told: Vec<_> = [123_456.7, 12.345_67, 0.001_234_5, 4.2e-7, 0.0].map(figure).into();
    assert_eq!(told, ["123457", "12.35", "0.001234", "0.000000420", "0"]);
}

#[test]
fn nothing_timed_is_said_so() {
    let empty = Session { samples: Vec::new(), cycle_times: Vec::new(), ..session() };
    assert_eq!(timing_table(&Summary::of(&empty)), "no cycle was timed\n");
}
