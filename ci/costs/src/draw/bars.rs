//! Bars on a logarithmic scale: a group for each row, a bar for each machine.

use super::{commas, letter, rounded, rows};
use crate::result::Results;

/// From the left edge to the axis; between two powers of ten; of one bar; between two groups.
const LEFT: f64 = 10.0;
const DECADE: f64 = 90.0;
const BAR: f64 = 14.0;
const GAP: f64 = 30.0;

/// The drawing of one section.
pub fn draw(all: &[Results], id: &str, caption: &str) -> String {
    let names = rows(all, id);
    let value = |results: &Results, name: &str| results.ratio(id, name).map(|ratio| ratio.max(0.1));
    let values =
        || names.iter().flat_map(|name| all.iter().filter_map(move |results| value(results, name)));
    let decades = values().fold(1.0, f64::max).log10().ceil() + 1.0;
    let group = BAR * all.len() as f64 + GAP;
    let high = group * names.len() as f64;
    let mut svg = format!(
        "<figure>\n<svg viewBox=\"0 0 {} {}\" width=\"{}\" role=\"img\" aria-label=\"{caption} The numbers are in the table.\" \
         fill=\"currentColor\" font-size=\"14\">\n",
        LEFT + DECADE * decades + 60.0,
        high + 30.0,
        LEFT + DECADE * decades + 60.0,
    );
    for decade in 0..=decades as u32 {
        let x = LEFT + DECADE * f64::from(decade);
        let label = commas(10_f64.powi(decade as i32 - 1));
        svg += &format!(
            "<line x1=\"{x}\" x2=\"{x}\" y1=\"0\" y2=\"{}\" stroke=\"currentColor\" stroke-opacity=\"0.25\"/>\n\
             <text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" font-size=\"12\">{label}</text>\n",
            high + 6.0,
            high + 22.0
        );
    }
    for (place, name) in names.iter().enumerate() {
        let top = group * place as f64;
        let name = name.replace('`', "");
        svg += &format!("<text x=\"{}\" y=\"{}\">{name}</text>\n", LEFT + 4.0, top + 17.0);
        for (index, results) in all.iter().enumerate() {
            let Some(ratio) = value(results, names[place]) else { continue };
            let (y, width) =
                (top + 24.0 + BAR * index as f64, (DECADE * (ratio.log10() + 1.0)).max(2.0));
            let opacity = if index % 2 == 0 { 0.6 } else { 0.3 };
            let who = if all.len() > 1 { format!("{} ", letter(index)) } else { String::new() };
            svg += &format!(
                "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{width:.0}\" height=\"{}\" fill-opacity=\"{opacity}\"/>\n\
                 <text x=\"{:.0}\" y=\"{}\" font-size=\"12\">{who}{}</text>\n",
                BAR - 1.0,
                LEFT + width + 5.0,
                y + 11.0,
                rounded(ratio)
            );
        }
    }
    svg + &format!(
        "</svg>\n<figcaption>{caption} Each line is ten times the one before it.</figcaption>\n</figure>\n\n"
    )
}
