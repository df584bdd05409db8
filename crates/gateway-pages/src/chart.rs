//! A chart of two counts a day, as SVG.

use jiff::civil::Date;

use crate::format::Language;

/// A day of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub date: Date,
    /// Sent on it.
    pub sent: i64,
    /// Received on it.
    pub received: i64,
}

/// Counts over time, days without a gap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chart {
    /// The days, oldest first.
    pub days: Vec<Day>,
}

/// A bar, in the units of the drawing.
pub(crate) struct Bar {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) height: f64,
    pub(crate) class: &'static str,
}

impl Chart {
    /// Whether there is nothing to see.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.days.iter().all(|day| day.sent == 0 && day.received == 0)
    }

    pub(crate) fn sent(&self) -> i64 {
        self.days.iter().map(|day| day.sent).sum()
    }

    pub(crate) fn received(&self) -> i64 {
        self.days.iter().map(|day| day.received).sum()
    }

    /// The top of the scale: 1, 2 or 5 of some power of ten.
    pub(crate) fn top(&self) -> i64 {
        let most = self.days.iter().map(|day| day.sent.max(day.received)).max().unwrap_or(0).max(1);
        let mut unit: i64 = 1;
        loop {
            for step in [1, 2, 5] {
                if let Some(top) = unit.checked_mul(step).filter(|top| *top >= most) {
                    return top;
                }
            }
            match unit.checked_mul(10) {
                Some(next) => unit = next,
                None => return most,
            }
        }
    }

    pub(crate) fn bars(&self) -> Vec<Bar> {
        #[expect(clippy::cast_precision_loss, reason = "counts of a chart are far below 2^52")]
        let tall = |count: i64| (count as f64 / self.top() as f64 * HEIGHT).clamp(0.0, HEIGHT);
        let mut bars = Vec::with_capacity(self.days.len() * 2);
        for (place, day) in self.days.iter().enumerate() {
            let place = u32::try_from(place).unwrap_or_default();
            for (count, offset, class) in [(day.sent, 0.0, "sent"), (day.received, BAR, "received")] {
                if count > 0 {
                    // One in a thousand is seen, too.
                    let height = tall(count).max(1.5);
                    bars.push(Bar {
                        x: f64::from(place) * STEP + 2.0 + offset,
                        y: HEIGHT - height,
                        height,
                        class,
                    });
                }
            }
        }
        bars
    }

    pub(crate) fn width(&self) -> f64 {
        f64::from(u32::try_from(self.days.len()).unwrap_or_default()) * STEP
    }

    pub(crate) fn first(&self, lang: Language) -> String {
        self.days.first().map(|day| lang.date(day.date)).unwrap_or_default()
    }

    pub(crate) fn last(&self, lang: Language) -> String {
        self.days.last().map(|day| lang.date(day.date)).unwrap_or_default()
    }
}

const STEP: f64 = 20.0;
const BAR: f64 = 8.0;
const HEIGHT: f64 = 120.0;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_scale_ends_at_a_round_number() {
        let chart = |sent| Chart { days: vec![Day { date: date(2026, 11, 1), sent, received: 0 }] };
        for (most, top) in
            [(0, 1), (1, 1), (3, 5), (6, 10), (11, 20), (480, 500), (1_000, 1_000), (i64::MAX, i64::MAX)]
        {
            assert_eq!(chart(most).top(), top, "{most}");
        }
    }

    #[test]
    fn bars_stay_within_the_drawing() {
        let days = (1..=30)
            .map(|day| Day { date: date(2026, 11, day), sent: i64::from(day) * 7, received: 1 })
            .collect();
        let chart = Chart { days };
        for bar in chart.bars() {
            assert!(
                bar.x >= 0.0
                    && bar.x + BAR <= chart.width()
                    && bar.y >= 0.0
                    && bar.y + bar.height <= HEIGHT + 1e-9
            );
        }
        assert!(Chart::default().is_empty() && Chart::default().bars().is_empty());
    }
}
