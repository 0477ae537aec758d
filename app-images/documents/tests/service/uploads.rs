//! Uploading, downloading, listing and deleting, through the front door.

use crate::support::client::{form, part_head, send};
use crate::support::server::Options;
use crate::support::{Server, pdf};
use reqwest::{Method, StatusCode};

#[tokio::test]
async fn an_uploaded_document_is_read_and_comes_back_byte_for_byte() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let bytes = pdf::with_pages(&["First page", "Second page"]);
    let id = anna.stored("Vertrag März.pdf", &bytes).await;

    let document = anna.settled(&id).await;
    assert_eq!(document["status"], "ready", "{document}");
    assert_eq!(document["pages"], 2);
    assert_eq!(document["bytes"], bytes.len());
    let text = anna.get(&format!("/api/documents/{id}/text")).await.json();
    assert_eq!(text["pages"], serde_json::json!(["First page", "Second page"]));

    let file = anna.get(&format!("/api/documents/{id}/file")).await;
    assert_eq!(file.body, bytes);
    assert_eq!(file.header("content-type"), "application/pdf");
    assert_eq!(file.header("content-length"), bytes.len().to_string());
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("content-security-policy").starts_with("sandbox;"));
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"Vertrag M_rz.pdf\"; filename*=UTF-8''Vertrag%20M%C3%A4rz.pdf"
    );
}

#[tokio::test]
async fn a_client_that_asks_for_plain_text_gets_it() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let id = anna.stored("a.pdf", &pdf::with_pages(&["One", "Two"])).await;
    anna.settled(&id).await;
    let request =
        anna.request(Method::GET, &format!("/api/documents/{id}/text")).header("accept", "text/plain");
    let answer = send(request).await;
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(answer.text(), "One\n\u{c}Two");
}

#[tokio::test]
async fn the_same_bytes_again_are_refused_with_the_id_of_the_document_that_is_there() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let bytes = pdf::with_text("Only once");
    let id = anna.stored("first.pdf", &bytes).await;
    let again = anna.upload(&[("second.pdf", &bytes)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(again.problem(), "already-here");
    assert_eq!(again.json()["document_id"], id);
    assert_eq!(server.file_count(), 1);
}

#[tokio::test]
async fn what_one_person_has_another_can_upload_without_learning_of_it() {
    let server = Server::start().await;
    let bytes = pdf::with_text("Circular letter");
    let hers = server.client("anna").stored("a.pdf", &bytes).await;
    let his = server.client("ben").stored("a.pdf", &bytes).await;
    assert_ne!(hers, his);
}

#[tokio::test]
async fn what_is_no_pdf_by_its_content_is_refused_whatever_its_name_and_type_say() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let html = anna.upload(&[("invoice.pdf", b"<!doctype html><p>Invoice".as_slice())]).await;
    assert_eq!((html.status, html.problem().as_str()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-a-pdf"));
    let empty = anna.upload(&[("empty.pdf", b"".as_slice())]).await;
    assert_eq!((empty.status, empty.problem().as_str()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "empty-file"));
    assert_eq!(server.file_count(), 0);
}

#[tokio::test]
async fn a_pdf_behind_some_lines_of_a_scanner_is_a_pdf() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let mut bytes = b"@PJL SET JOBNAME=scan\r\n".to_vec();
    bytes.extend(pdf::with_text("From the hallway"));
    let id = anna.stored("scan.pdf", &bytes).await;
    assert_eq!(anna.settled(&id).await["status"], "ready");
}

#[tokio::test]
async fn a_file_above_the_limit_is_refused_in_words_and_one_at_the_limit_is_not() {
    let limit = 64 << 10;
    let server = Server::with(Options { max_upload_bytes: limit, ..Options::default() }).await;
    let anna = server.client("anna");
    let mut bytes = pdf::with_text("Padded");
    bytes.resize(limit as usize, b' ');
    anna.stored("just-fits.pdf", &bytes).await;
    bytes.push(b' ');
    let answer = anna.upload(&[("too-large.pdf", &bytes)]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too-large"));
    let detail = answer.json()["detail"].clone();
    assert_eq!(detail, "“too-large.pdf” is larger than 64 KiB, the most that one file may have.");
    assert_eq!(server.file_count(), 1);
}

#[tokio::test]
async fn of_several_files_the_good_ones_are_stored_and_each_other_has_its_problem() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let (one, two) = (pdf::with_text("One"), pdf::with_text("Two"));
    let answer = anna.upload(&[("one.pdf", &one), ("notes.txt", b"no pdf"), ("two.pdf", &two)]).await;
    assert_eq!(answer.status, StatusCode::MULTI_STATUS);
    let answer = answer.json();
    let names: Vec<_> =
        answer["documents"].as_array().unwrap().iter().map(|each| each["name"].clone()).collect();
    assert_eq!(names, ["one.pdf", "two.pdf"]);
    assert_eq!(
        answer["problems"][0]["detail"],
        "“notes.txt” is not a PDF: it does not contain a PDF's mark."
    );
}

#[tokio::test]
async fn what_is_stored_of_a_form_with_too_many_files_is_told() {
    let server = Server::start().await;
    let files: Vec<_> =
        (0..102).map(|number| (format!("{number}.pdf"), pdf::with_text(&number.to_string()))).collect();
    let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let answer = server.client("anna").upload(&files).await;
    assert_eq!(answer.status, StatusCode::MULTI_STATUS);
    assert_eq!(answer.json()["documents"].as_array().unwrap().len(), 100);
    assert_eq!(answer.json()["problems"][0]["type"], "urn:atoll:problem:too-many-files");
}

#[tokio::test]
async fn a_form_without_a_file_and_a_body_that_is_no_form_are_refused() {
    let server = Server::start().await;
    let anna = server.client("anna");
    assert_eq!(anna.upload(&[]).await.problem(), "no-file");
    let request =
        anna.request(Method::POST, "/api/documents").header("content-type", "application/pdf").body("%PDF-");
    assert_eq!(send(request).await.problem(), "bad-upload");
    let cut_off = anna.upload_request(form(&[("a.pdf", b"%PDF-1.7")])[..150].to_vec());
    assert_eq!(send(cut_off).await.problem(), "bad-upload");
    assert_eq!(server.file_count(), 0);
}

#[tokio::test]
async fn an_upload_that_the_client_breaks_off_leaves_nothing() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let pieces = futures_util::stream::iter([
        Ok(part_head("a.pdf").into_bytes()),
        Ok(b"%PDF-1.7 and more to come".to_vec()),
        Err(std::io::Error::other("the cable was pulled")),
    ]);
    anna.upload_request(reqwest::Body::wrap_stream(pieces)).send().await.unwrap_err();
    crate::support::eventually("the half-arrived file is gone", || async {
        (server.file_count() == 0).then_some(())
    })
    .await;
    assert_eq!(anna.get("/api/documents").await.json()["items"], serde_json::json!([]));
}

#[tokio::test]
async fn the_list_is_newest_first_and_comes_in_parts() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(anna.stored(&format!("{number}.pdf"), &pdf::with_text(&format!("Number {number}"))).await);
    }
    ids.reverse();
    let mut listed = Vec::new();
    let mut path = "/api/documents?limit=2".to_owned();
    loop {
        let part = anna.get(&path).await.json();
        listed.extend(
            part["items"].as_array().unwrap().iter().map(|each| each["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = part["next"].as_str() else { break };
        path = format!("/api/documents?limit=2&after={next}");
    }
    assert_eq!(listed, ids);
    for wrong in ["limit=0", "limit=201", "limit=x", "after=..", "unknown=1", "sort=best", "min=much"] {
        let answer = anna.get(&format!("/api/documents?{wrong}")).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::BAD_REQUEST, "bad-query"),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_document_deleted_for_good_is_gone_with_its_file_and_can_be_uploaded_anew() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let bytes = pdf::with_text("For now");
    let id = anna.stored("a.pdf", &bytes).await;
    anna.settled(&id).await;
    let for_good = format!("/api/documents/{id}?permanently=true");
    assert_eq!(anna.delete(&for_good).await.problem(), "not-in-trash");
    assert_eq!(anna.delete(&format!("/api/documents/{id}")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(anna.delete(&for_good).await.status, StatusCode::NO_CONTENT);
    assert_eq!(server.file_count(), 0);
    for path in ["", "/text", "/file", "/history"] {
        let answer = anna.get(&format!("/api/documents/{id}{path}")).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::NOT_FOUND, "no-such-document"),
            "{path}"
        );
    }
    assert_eq!(anna.delete(&for_good).await.problem(), "no-such-document");
    assert_ne!(anna.stored("a.pdf", &bytes).await, id);
}

#[tokio::test]
async fn a_document_without_text_says_why_and_has_no_text_to_show() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let id = anna.stored("scan.pdf", &pdf::scan()).await;
    let document = anna.settled(&id).await;
    assert_eq!(
        document["failure"]["reason"],
        "has no text layer: it is a scan, and OCR is not installed or found nothing",
        "{document}"
    );
    assert_eq!(document["pages"], 1);
    let text = anna.get(&format!("/api/documents/{id}/text")).await;
    assert_eq!((text.status, text.problem().as_str()), (StatusCode::CONFLICT, "no-text"));
}

#[tokio::test]
async fn a_page_of_another_site_cannot_change_anything() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let id = anna.stored("a.pdf", &pdf::with_text("Mine")).await;
    let upload = anna.upload_request(form(&[("b.pdf", &pdf::with_text("Slipped in"))]));
    let answer = send(upload.header("sec-fetch-site", "same-site")).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::FORBIDDEN, "cross-origin"));
    let delete = anna.request(Method::DELETE, &format!("/api/documents/{id}"));
    let answer = send(delete.header("origin", "http://wiki.atoll.localhost:8080")).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::FORBIDDEN, "cross-origin"));
    assert_eq!(anna.get("/api/documents").await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn uploads_that_arrive_at_the_same_moment_are_all_stored() {
    let server = Server::start().await;
    let anna = &server.client("anna");
    let uploads = (0..40).map(|number| async move {
        let bytes = pdf::with_text(&format!("Number {number}"));
        anna.upload(&[(&format!("{number}.pdf"), &bytes)]).await.status
    });
    let statuses = futures_util::future::join_all(uploads).await;
    assert!(statuses.iter().all(|status| *status == StatusCode::CREATED), "{statuses:?}");
    assert_eq!(anna.get("/api/documents").await.json()["total"], 40);
}
