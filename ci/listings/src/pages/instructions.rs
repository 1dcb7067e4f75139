//! The page of the glossary.

use crate::glossary::{Glossary, anchor};

/// What the page includes: an entry for each instruction, with an id for each of its mnemonics.
pub fn page(glossary: &Glossary) -> String {
    let mut text =
        String::from("<!-- Made by cargo listings from instructions.toml. Do not edit. -->\n");
    for architecture in &glossary.architectures {
        text += &format!(
            "\n## {}\n\nManual: [{}]({}). {}\n\n<dl class=\"instructions\">\n",
            architecture.title, architecture.manual, architecture.url, architecture.about
        );
        for entry in
            glossary.instructions.iter().filter(|entry| entry.architecture == architecture.id)
        {
            let names: Vec<String> = entry
                .mnemonics()
                .iter()
                .map(|name| {
                    format!("<code id=\"{}\">{name}</code>", anchor(&architecture.id, name))
                })
                .collect();
            text += &format!("<dt>{}</dt>\n<dd>\n\n{}\n", names.join(", "), entry.does);
            if let Some(orders) = &entry.orders {
                text += &format!("**Orders:** {orders}\n");
            }
            text += &format!("*Manual: {}.*\n\n</dd>\n", entry.section);
        }
        text += "</dl>\n";
    }
    text
}
