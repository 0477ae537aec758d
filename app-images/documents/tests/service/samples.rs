//! The sample documents that come with the app are read whole.

use crate::support::Server;
use std::fs;
use std::path::Path;

#[tokio::test]
async fn the_three_samples_are_read() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for (name, pages, sentences) in [
        (
            "rechnung-rn-2026-0417.pdf",
            1,
            ["Rechnungsnummer RN-2026-0417", "Bremsbeläge hydraulisch, Satz 4 18,50 € 74,00 €"],
        ),
        (
            "letter-windows.pdf",
            1,
            ["that is from £1,850.00 to\n£1,665.00", "Thomas Ashdown\nProperty manager"],
        ),
        (
            "manual-mahlwerk-m2.pdf",
            2,
            ["Fill the hopper with no more than 250 g of beans", "Hopper 250 g. Weight 2.9 kg."],
        ),
    ] {
        let id = anna.stored(name, &fs::read(folder.join(name)).unwrap()).await;
        assert_eq!(anna.settled(&id).await["pages"], pages, "{name}");
        // White between columns is a tab.
        let text = anna.text(&id).await.replace('\t', " ");
        for sentence in sentences {
            assert!(text.contains(sentence), "{name} lacks {sentence:?}:\n{text}");
        }
    }
}
