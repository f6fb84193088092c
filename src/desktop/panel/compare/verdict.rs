//! The answer: how much faster, how sure, and why.

use super::outcome_colour;
use crate::desktop::format;
use crate::desktop::model::Contest;
use crate::desktop::panel::plots;
use crate::desktop::theme;
use crate::lab::{Ended, Enough, Verdict};
use egui::{Color32, Label, RichText, Ui};
use egui_plot::{HLine, Points, Polygon};

/// Shows the card.
pub fn show(ui: &mut Ui, contest: &Contest) {
    let aside = |ui: &mut Ui| {
        if let Some(ended) = &contest.ended {
            ui.label(RichText::new(why_over(ended)).small().color(theme::WEAK));
        }
    };
    theme::card(ui, "verdict", aside, |ui| {
        if !contest.is_running() {
            ui.label(RichText::new(format!("B had {}", super::difference(contest))).color(super::B));
        }
        match (contest.broken(), &contest.judged) {
            (Some(why), _) => {
                ui.label(RichText::new("broken promise").size(22.0).strong().color(theme::RED));
                ui.add(Label::new(RichText::new(why).color(theme::RED)).wrap());
            }
            (None, Some(judged)) => answer(ui, &judged.whole),
            (None, None) if contest.is_running() => {
                ui.label(RichText::new("no verdict yet: the first one comes after 12 pairs").color(theme::WEAK));
            }
            (None, None) => {
                ui.label(RichText::new("it ended before there was anything to judge").color(theme::AMBER));
            }
        }
        pairs(ui, contest);
    });
}

fn why_over(ended: &Result<Ended, String>) -> &'static str {
    match ended {
        Ok(Ended::Enough(Enough::Narrow)) => "the interval is narrow enough",
        Ok(Ended::Enough(Enough::Pairs)) => "all pairs have run",
        Ok(Ended::Enough(Enough::Time)) => "its time is over",
        Ok(Ended::Enough(Enough::User)) => "stopped by you",
        Ok(Ended::BrokenPromise(_)) => "ended at once",
        Err(_) => "failed: see the message",
    }
}

fn answer(ui: &mut Ui, verdict: &Verdict) {
    let colour = outcome_colour(verdict.outcome);
    ui.horizontal(|ui| {
        let ratio = verdict.ratio.map_or(format::MISSING.to_owned(), |ratio| format!("{}×", three(ratio)));
        ui.label(RichText::new(ratio).size(26.0).strong().color(colour));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.label(RichText::new(verdict.outcome.name()).strong().color(colour));
            let interval = verdict
                .interval
                .map_or(format::MISSING.to_owned(), |(low, high)| format!("95 %: {} – {}", three(low), three(high)));
            ui.label(theme::number(interval).color(theme::TEXT)).on_hover_text(
                "misses the truth in at most 5 % of trials, however often verdicts are made on the way: \
                 an early look shows a wider interval",
            );
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let floor = verdict
                .noise_floor
                .map_or(format::MISSING.to_owned(), |(low, high)| format!("{} – {}", three(low), three(high)));
            let text = format!("{} pairs, {} thrown out\nA against A {floor}", verdict.pairs, verdict.thrown_out);
            ui.label(theme::number(text).color(theme::WEAK));
        });
    });
    ui.add(Label::new(RichText::new(&verdict.reason).color(colour)).wrap());
}

/// Three decimals: the digits after the point are what a ratio is about.
pub fn three(ratio: f64) -> String {
    if ratio.abs() < 10.0 { format!("{ratio:.3}") } else { format::figure(Some(ratio)) }
}

/// Every pair's ratio, in order; A against A in grey before them.
fn pairs(ui: &mut Ui, contest: &Contest) {
    let (floor, pairs) = (contest.watch.floor(), contest.watch.pairs());
    if floor.is_empty() && pairs.is_empty() {
        return;
    }
    let before = floor.len() as f64;
    let grey: Vec<_> = floor.iter().enumerate().map(|(place, ratio)| [place as f64 - before, *ratio]).collect();
    let bright: Vec<_> = pairs.iter().enumerate().map(|(place, ratio)| [place as f64, *ratio]).collect();
    let whole = contest.judged.as_ref().map(|judged| &judged.whole);
    let colour = whole.map_or(super::B, |whole| outcome_colour(whole.outcome));
    let last = bright.len().max(12) as f64;
    plots::still("ratio of every pair", 92.0)
        .label_formatter(plots::near(|name, at| format!("{name}: {}", three(at.y))))
        .x_axis_formatter(|_, _| String::new())
        .show_axes([false, true])
        .include_x(-before - 0.5)
        .include_x(last)
        .include_y(1.0)
        .show(ui, |shown| {
            if let Some((low, high)) = whole.and_then(|whole| whole.interval) {
                shown.polygon(band("interval", [-before - 0.5, last], [low, high], colour));
            }
            shown.hline(HLine::new("no difference", 1.0).color(theme::WEAK).width(1.0));
            shown.points(Points::new("A against A", grey).radius(2.0).color(theme::WEAK));
            shown.points(Points::new("A against B", bright).radius(2.4).color(colour));
        });
    ui.label(RichText::new("A over B in every pair; A against A in grey").small().color(theme::WEAK));
}

fn band(name: &str, [left, right]: [f64; 2], [low, high]: [f64; 2], colour: Color32) -> Polygon<'static> {
    let corners = vec![[left, low], [right, low], [right, high], [left, high]];
    Polygon::new(name.to_owned(), corners)
        .fill_color(colour.gamma_multiply(0.22))
        .stroke(egui::Stroke::new(0.0, colour))
        .allow_hover(false)
}
