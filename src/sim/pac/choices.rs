//! What of a model can be chosen before it runs, as text: in the window and on the command line.

use super::bands::{BANDS_TEXT, Bands, NoBands};
use super::filters::Filter;
use super::params::{Method, PacModel, Source, Surrogate};
use crate::sim::{Choice, Refusal};

/// Every filter by the name that commands know it by.
const FILTERS: [(&str, Filter); 3] = [("spectral", Filter::Spectral), ("fir", Filter::Fir), ("gpac", Filter::Gpac)];
/// Kinds of surrogates without a number.
const SURROGATES: [(&str, Surrogate); 2] = [("time-lag", Surrogate::TimeLag), ("block-swap", Surrogate::BlockSwap)];
/// All channels of a recording.
const ALL: &str = "all";

/// The method of a name.
///
/// # Errors
/// No method has it; those that exist.
pub fn method(text: &str) -> Result<Method, String> {
    named(&Method::ALL, text, "method")
}

/// The filter of a name.
///
/// # Errors
/// No filter has it; those that exist.
pub fn filter(text: &str) -> Result<Filter, String> {
    named(&FILTERS, text, "filter")
}

/// The kind of surrogate of a name.
///
/// # Errors
/// None has it; those that exist.
pub fn surrogate(text: &str) -> Result<Surrogate, String> {
    if let Some(trials) = text.strip_prefix("trials:").and_then(|trials| trials.parse().ok()) {
        return Ok(Surrogate::TrialPermutation(trials));
    }
    named(&SURROGATES, text, "surrogate").map_err(|told| format!("{told}, trials:N"))
}

fn named<T: Copy>(known: &[(&str, T)], text: &str, what: &str) -> Result<T, String> {
    let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
    let found = known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    found.ok_or_else(|| format!("no {what} is called `{text}`; there are {}", names.join(", ")))
}

fn name_of<T: PartialEq>(known: &[(&str, T)], value: &T) -> String {
    known.iter().find(|(_, known)| known == value).map_or_else(String::new, |(name, _)| (*name).to_owned())
}

impl PacModel {
    /// What can be chosen, with what is chosen; `channels` are all that the recording has.
    pub fn choices(&self, channels: &[String]) -> Vec<Choice> {
        let choice = |name, about, value: String, options: &[&str], is_free| {
            let options = options.iter().map(|option| (*option).to_owned()).collect();
            Choice { name, about, value, options, is_free }
        };
        let mut all = Vec::new();
        if let Source::Recording(of) = &self.source {
            let chosen = if of.channels.is_empty() { ALL.to_owned() } else { of.channels.join(", ") };
            let names: Vec<_> = std::iter::once(ALL).chain(channels.iter().map(String::as_str)).collect();
            all.push(choice(
                "channels",
                "The channels to analyse: names with commas between them.",
                chosen,
                &names,
                true,
            ));
            if let Some(rate) = of.rate {
                let rates = ["250", "256", "500", "512", "1000", "1024", "2000", "2048"];
                all.push(choice(
                    "rate",
                    "Samples a second, where the file does not say.",
                    rate.to_string(),
                    &rates,
                    true,
                ));
            }
        }
        let methods = Method::ALL.map(|(name, _)| name);
        let filters = FILTERS.map(|(name, _)| name);
        let surrogate = match self.surrogate {
            Surrogate::TrialPermutation(trials) => format!("trials:{trials}"),
            other => name_of(&SURROGATES, &other),
        };
        let slow = ["linear:2:20:30:2", "log:2:20:30:0.4", "gpac:10", "lres", "mres", "hres", "4-8,8-12"];
        let fast = ["linear:30:150:30:20", "log:30:150:30:0.3", "gpac:10", "lres", "mres", "hres", "30-60,60-90"];
        all.extend([
            choice(
                "window",
                "Length of the window, seconds.",
                self.window.to_string(),
                &["2", "4", "10", "30", "60"],
                true,
            ),
            choice("phase_bands", BANDS_ABOUT, self.phase_bands.to_string(), &slow, true),
            choice("amplitude_bands", BANDS_ABOUT, self.amplitude_bands.to_string(), &fast, true),
            choice("method", "How coupling is measured.", name_of(&Method::ALL, &self.method), &methods, false),
            choice("filter", "How bands are filtered.", name_of(&FILTERS, &self.filter), &filters, false),
            choice(
                "surrogates",
                "Surrogates a window; with them there are z, p and the outline of p < 0.05.",
                self.surrogates.to_string(),
                &["0", "50", "100", "200", "1000"],
                true,
            ),
            choice("surrogate", "What a surrogate is.", surrogate, &["time-lag", "block-swap", "trials:8"], true),
        ]);
        all
    }

    /// Takes over what was chosen.
    ///
    /// # Errors
    /// No such choice, or a text that says nothing, by name; whether the model makes sense with it is not asked here.
    pub fn choose(&mut self, name: &str, text: &str) -> Result<(), Refusal> {
        let text = text.trim();
        let refuse = |told: String| Refusal(format!("{name}: {told}"));
        let number = || text.parse::<f64>().map_err(|_| refuse(format!("{text:?} is no number")));
        let bands = || text.parse::<Bands>().map_err(|NoBands| refuse(format!("{text:?}; there are {BANDS_TEXT}")));
        match (name, &mut self.source) {
            ("channels", Source::Recording(of)) if text == ALL => of.channels.clear(),
            ("channels", Source::Recording(of)) => {
                let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
                of.channels = names.map(str::to_owned).collect();
            }
            ("rate", Source::Recording(of)) => of.rate = Some(number()?),
            ("window", _) => self.window = number()?,
            ("phase_bands", _) => self.phase_bands = bands()?,
            ("amplitude_bands", _) => self.amplitude_bands = bands()?,
            ("method", _) => self.method = method(text).map_err(refuse)?,
            ("filter", _) => self.filter = filter(text).map_err(refuse)?,
            ("surrogates", _) => {
                self.surrogates = text.parse().map_err(|_| refuse(format!("{text:?} is no count")))?;
            }
            ("surrogate", _) => self.surrogate = surrogate(text).map_err(refuse)?,
            _ => return Err(Refusal(format!("nothing called `{name}` can be chosen here"))),
        }
        Ok(())
    }
}

const BANDS_ABOUT: &str =
    "Bands: linear:FROM:TO:COUNT:WIDTH, log:FROM:TO:COUNT:WIDTH, LOW-HIGH,LOW-HIGH, or a published set.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::pac::params::RecordingModel;

    fn model() -> PacModel {
        PacModel {
            source: Source::Recording(RecordingModel { path: "a.edf".into(), channels: Vec::new(), rate: Some(500.0) }),
            window: 4.0,
            advance: 0.0,
            position: 0.0,
            phase_bands: Bands::default(),
            amplitude_bands: Bands::default(),
            method: Method::Tort,
            filter: Filter::Spectral,
            surrogates: 0,
            surrogate: Surrogate::TimeLag,
        }
    }

    #[test]
    fn every_choice_takes_its_own_value_and_all_its_options() {
        let channels = ["C1".to_owned(), "C 2".to_owned()];
        for choice in model().choices(&channels) {
            let mut same = model();
            same.choose(choice.name, &choice.value).unwrap();
            assert_eq!(same, model(), "{}", choice.name);
            for option in &choice.options {
                let mut other = model();
                other.choose(choice.name, option).unwrap();
                let now = other.choices(&channels).into_iter().find(|now| now.name == choice.name).unwrap();
                assert_eq!(now.value, *option, "{}", choice.name);
            }
        }
    }

    #[test]
    fn what_says_nothing_is_refused_by_name() {
        for (name, text, part) in [
            ("window", "long", "window: \"long\" is no number"),
            ("phase_bands", "4", "phase_bands: \"4\"; there are lres"),
            ("method", "best", "method: no method is called `best`; there are tort"),
            ("surrogates", "-1", "surrogates: \"-1\" is no count"),
            ("colour", "red", "nothing called `colour`"),
        ] {
            let refusal = model().choose(name, text).unwrap_err().0;
            assert!(refusal.starts_with(part), "{refusal}");
        }
    }
}
