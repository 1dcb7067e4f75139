//! What a page may do: its Content-Security-Policy.
//!
//! A page runs the book's own files, and of the scripts that mdBook writes into it exactly those that are there: each is named by its
//! hash. So nothing that finds its way into a page later runs, and nothing leaves this machine.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest as _, Sha256};

/// For what is no page: nothing.
pub const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// KaTeX sets its formulas with `style` attributes; mdBook's stylesheet has pictures in it.
const REST: &str = "style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self' data:; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; \
    base-uri 'none'; form-action 'none'";

/// The policy for a page.
pub fn of(html: &str) -> String {
    let mut policy = String::from("default-src 'none'; script-src 'self'");
    for script in inline_scripts(html) {
        let hash = BASE64_STANDARD.encode(Sha256::digest(script.as_bytes()));
        policy += &format!(" 'sha256-{hash}'");
    }
    format!("{policy}; {REST}")
}

/// What stands between `<script>` and `</script>`. A browser reads each end of a line as `\n`, and so does the hash.
fn inline_scripts(html: &str) -> impl Iterator<Item = String> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (_, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!script.is_empty()).then(|| script.replace("\r\n", "\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn script_in_a_page_is_named_by_its_hash_and_no_other_may_run() {
        // `printf %s 'alert(1)' | openssl dgst -sha256 -binary | base64`
        let hash = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        let policy = of("<script src=\"x.js\"></script><script>alert(1)</script>");
        assert!(policy.contains(&format!("script-src 'self' {hash};")), "{policy}");
        assert!(!policy.contains("script-src 'self' 'unsafe-inline'"));
    }
}
