//! The probe: an app that tries what an app must not be able to do, and says what came of it.
//!
//! In a container it serves HTTP on port 8080; the end-to-end tests drive it through the gateway. On the test machine's own
//! side the same binary asks from the LAN neighbour's place (`ask`) and plays the host's resolver (`record-dns`), so that a
//! test can show that what the app cannot reach does answer others.

mod dns;
mod load;
mod reach;
mod web;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => serve("0.0.0.0:8080"),
        ["serve", address] => serve(address),
        ["sleep"] => load::sleep_forever(),
        ["ask", protocol, host, port] => ask(protocol, host, port),
        ["query", server, name] => print(&dns::query(server, name)),
        ["record-dns", address, file] => report(dns::record(address, file)),
        _ => {
            eprintln!(
                "atoll-probe [serve ADDRESS | sleep | ask tcp|udp HOST PORT | query SERVER NAME | record-dns ADDRESS FILE]"
            );
            ExitCode::from(2)
        }
    }
}

fn serve(address: &str) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    report(runtime.and_then(|runtime| runtime.block_on(web::serve(address))))
}

fn ask(protocol: &str, host: &str, port: &str) -> ExitCode {
    let (Ok(protocol), Ok(port)) = (protocol.parse(), port.parse()) else {
        eprintln!("ask tcp|udp HOST PORT");
        return ExitCode::from(2);
    };
    print(&reach::reach(protocol, host, port, ""))
}

#[expect(clippy::print_stdout, reason = "the answer on stdout is what the tests read")]
fn print<T: serde::Serialize>(answer: &T) -> ExitCode {
    match serde_json::to_string(answer) {
        Ok(json) => println!("{json}"),
        Err(error) => return report(Err(error.into())),
    }
    ExitCode::SUCCESS
}

fn report(outcome: std::io::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("atoll-probe: {error}");
            ExitCode::FAILURE
        }
    }
}
