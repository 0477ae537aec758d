//! The commonest words of Italian and Dutch, and of courts, houses and tickets in every language of the tables.

use super::Row;
use crate::classification::DocumentType;

rows_by_kind!();

const INVOICE: &[Row] = &[
    ("it", 3.4, &["fattura", "parcella", "nota d'onorario"]),
    ("it", 1.0, &["imponibile", "iva", "totale fattura", "bonifico", "scadenza", "prezzo", "partita iva"]),
    ("nl", 3.4, &["factuur", "nota"]),
    ("nl", 1.0, &["factuurnummer", "factuurdatum", "vervaldatum", "btw", "subtotaal", "te betalen", "kvk"]),
    ("en", 2.0, &["guest folio", "room charge", "room rate", "occupancy tax", "nights"]),
    ("de", 2.0, &["ubernachtung", "ubernachtungen", "kurtaxe", "anreise", "abreise"]),
    ("fr", 2.0, &["nuitee", "nuitees", "taxe de sejour", "arrivee", "petits dejeuners"]),
    ("es", 2.0, &["alojamiento", "noches", "tasa turistica", "fecha de salida"]),
    ("pt", 3.4, &["fatura", "fatura-recibo", "nota fiscal"]),
    ("pl", 3.4, &["faktura", "faktura vat"]),
    ("sv", 3.4, &["faktura"]),
    ("da", 3.4, &["faktura"]),
    ("pl", 1.0, &["do zaplaty", "sprzedawca", "nabywca", "razem"]),
    ("sv", 1.0, &["att betala", "moms", "fakturanr", "forfallodatum"]),
    ("de", 2.0, &["mitgliedsbeitrag", "jahresbeitrag", "mitglieds-nr", "mitgliedsnummer"]),
];
const CREDIT_NOTE: &[Row] = &[
    ("de", 6.5, &["rechnungskorrektur", "korrekturrechnung", "stornorechnung"]),
    ("de", 2.0, &["korrekturbetrag", "retoure"]),
    ("it", 5.5, &["nota di credito"]),
    ("nl", 5.5, &["creditnota", "creditfactuur"]),
    ("pt", 5.5, &["nota de credito"]),
    ("pl", 5.5, &["faktura korygujaca"]),
    ("sv", 5.5, &["kreditfaktura"]),
    ("da", 5.5, &["kreditnota"]),
];
const RECEIPT: &[Row] = &[
    ("it", 4.0, &["scontrino", "ricevuta", "ricevuta fiscale", "documento commerciale"]),
    ("it", 2.0, &["contanti", "resto", "pagamento elettronico", "coperto"]),
    ("nl", 4.0, &["kassabon", "kwitantie", "betaalbewijs", "bon"]),
    ("nl", 2.0, &["contant", "wisselgeld", "pinbetaling", "bedankt voor uw bezoek"]),
    ("", 2.0, &["contactless", "auth code", "till"]),
    ("pt", 4.0, &["recibo", "talao", "fatura simplificada"]),
    ("pl", 4.0, &["paragon fiskalny", "paragon"]),
    ("sv", 4.0, &["kvitto"]),
    ("da", 4.0, &["kvittering", "bon"]),
    ("es", 3.0, &["factura simplificada"]),
];
const REMINDER: &[Row] = &[
    ("it", 5.5, &["sollecito", "sollecito di pagamento"]),
    ("nl", 5.5, &["aanmaning", "betalingsherinnering", "herinnering"]),
    ("pt", 5.5, &["aviso de pagamento", "carta de cobranca"]),
    ("pl", 5.5, &["wezwanie do zaplaty"]),
    ("sv", 5.5, &["paminnelse", "betalningspaminnelse"]),
    ("da", 5.5, &["rykker", "betalingspamindelse"]),
];
const QUOTE: &[Row] = &[
    ("it", 5.0, &["preventivo", "offerta"]),
    ("nl", 5.0, &["offerte", "prijsopgave", "begroting"]),
    ("pt", 5.0, &["orcamento", "proposta comercial"]),
    ("pl", 5.0, &["oferta cenowa"]),
    ("sv", 5.0, &["offert"]),
    ("da", 5.0, &["tilbud"]),
];
const ORDER: &[Row] = &[
    ("it", 5.0, &["ordine", "conferma d'ordine"]),
    ("nl", 5.0, &["bestelling", "opdrachtbevestiging", "orderbevestiging", "inkooporder"]),
    ("pt", 5.0, &["encomenda", "confirmacao de encomenda"]),
    ("pl", 5.0, &["zamowienie"]),
    ("sv", 5.0, &["orderbekraftelse", "bestallning"]),
    ("da", 5.0, &["ordrebekraeftelse"]),
];
const DELIVERY_NOTE: &[Row] = &[
    ("it", 5.8, &["documento di trasporto", "bolla di consegna", "ddt"]),
    ("nl", 5.8, &["pakbon", "leverbon", "afleverbon", "vrachtbrief"]),
    ("pt", 5.0, &["guia de remessa", "guia de transporte"]),
    ("pl", 5.0, &["dowod dostawy"]),
    ("sv", 5.0, &["foljesedel"]),
    ("da", 5.0, &["folgeseddel"]),
];
const BANK_STATEMENT: &[Row] = &[
    ("it", 5.5, &["estratto conto"]),
    ("it", 2.4, &["saldo iniziale", "saldo finale", "bonifico", "addebito", "valuta"]),
    ("nl", 5.5, &["rekeningafschrift", "bankafschrift"]),
    ("nl", 2.4, &["beginsaldo", "eindsaldo", "afschrijving", "bijschrijving"]),
    ("en", 1.5, &["payments in", "payments out", "balance forward"]),
    ("de", 3.0, &["wertpapierabrechnung", "kurswert", "depotnummer", "isin", "wertpapier"]),
    ("pt", 5.0, &["extrato bancario", "extrato de conta", "extrato"]),
    ("pl", 5.0, &["wyciag bankowy", "wyciag"]),
    ("sv", 5.0, &["kontoutdrag"]),
    ("da", 5.0, &["kontoudskrift", "kontoutskrift"]),
];
const PAYSLIP: &[Row] = &[
    ("it", 5.8, &["busta paga", "cedolino", "prospetto paga"]),
    ("it", 2.6, &["netto in busta", "ritenute", "dipendente", "competenze"]),
    ("nl", 5.8, &["loonstrook", "salarisstrook", "loonspecificatie", "salarisspecificatie"]),
    ("nl", 2.6, &["loonheffing", "netto loon", "bruto loon", "pensioenpremie", "werknemer", "inhouding"]),
    ("pt", 5.5, &["recibo de vencimento"]),
    ("pl", 5.5, &["lista plac", "pasek wynagrodzenia"]),
    ("sv", 5.5, &["lonebesked", "lonespecifikation"]),
    ("da", 5.5, &["lonseddel", "lonnslipp"]),
];
const CONTRACT: &[Row] = &[
    ("it", 5.0, &["contratto", "contratto di locazione"]),
    ("it", 2.2, &["locatore", "conduttore", "le parti"]),
    ("nl", 5.0, &["overeenkomst", "contract", "huurovereenkomst", "arbeidsovereenkomst"]),
    ("nl", 2.2, &["verhuurder", "huurder", "partijen"]),
    ("pt", 4.0, &["contrato", "contrato de arrendamento"]),
    ("pl", 4.0, &["umowa", "umowa najmu"]),
    ("sv", 4.0, &["avtal", "hyresavtal"]),
    ("da", 4.0, &["kontrakt", "lejekontrakt"]),
];
const TAX: &[Row] = &[
    (
        "it",
        5.0,
        &["avviso di accertamento", "dichiarazione dei redditi", "cartella di pagamento", "imu", "tari"],
    ),
    ("nl", 5.0, &["aanslagbiljet", "aanslag", "belastingaanslag", "aangifte", "belastingdienst"]),
    ("nl", 2.0, &["onroerendezaakbelasting", "afvalstoffenheffing", "aanslagnummer", "dagtekening"]),
];
const INSURANCE: &[Row] = &[
    ("it", 5.0, &["polizza", "assicurazione", "quietanza di premio"]),
    ("nl", 5.0, &["polisblad", "verzekering", "~verzekering", "premienota"]),
];
const UTILITY_BILL: &[Row] = &[
    ("it", 5.0, &["bolletta", "~bolletta", "bolletta acqua", "bolletta luce", "bolletta gas"]),
    (
        "it",
        2.2,
        &["consumo", "contatore", "lettura", "fornitura", "codice utente", "servizio idrico", "kwh", "pod"],
    ),
    ("nl", 5.0, &["jaarafrekening", "energienota", "jaarnota", "eindafrekening", "termijnnota"]),
    ("nl", 2.2, &["verbruik", "meterstand", "stroom", "kwh", "levering", "netbeheer"]),
    ("fr", 5.0, &["facture mobile", "votre facture mobile"]),
    ("pt", 4.0, &["fatura de eletricidade", "eletricidade", "consumo"]),
    ("sv", 4.0, &["elfaktura", "elnat"]),
    ("da", 4.0, &["elregning"]),
];
const MEDICAL: &[Row] = &[
    ("it", 5.0, &["referto", "lettera di dimissione", "ricetta medica", "esami di laboratorio"]),
    ("it", 2.4, &["paziente", "diagnosi", "terapia"]),
    ("nl", 5.0, &["uitslag", "ontslagbrief", "verwijsbrief"]),
    ("nl", 2.4, &["patient", "diagnose", "behandeling", "huisarts"]),
    (
        "en",
        2.4,
        &[
            "outpatients",
            "nhs number",
            "hospital number",
            "your appointment",
            "date of service",
            "office visit",
        ],
    ),
];
const CERTIFICATE: &[Row] = &[
    ("it", 5.5, &["certificato", "attestato", "diploma"]),
    ("it", 2.6, &["si certifica", "si attesta"]),
    ("nl", 5.5, &["getuigschrift", "certificaat", "diploma", "verklaring"]),
    ("nl", 2.6, &["hierbij verklaren", "hierbij verklaart"]),
    ("pt", 5.0, &["certidao", "certificado", "declaracao"]),
    ("pl", 5.0, &["zaswiadczenie", "certyfikat"]),
    ("sv", 5.0, &["intyg", "diplom"]),
    ("da", 5.0, &["bevis", "attest"]),
];
const MANUAL: &[Row] = &[
    ("it", 5.5, &["manuale", "istruzioni per l'uso", "manuale d'uso"]),
    ("nl", 5.5, &["handleiding", "gebruiksaanwijzing"]),
];
const LETTER: &[Row] = &[
    ("it", 1.7, &["egregio", "gentile", "oggetto", "distinti saluti", "cordiali saluti", "spett.le"]),
    ("nl", 1.7, &["geachte", "beste", "betreft", "met vriendelijke groet", "hoogachtend"]),
    // Courts write letters.
    (
        "en",
        2.6,
        &[
            "notice of hearing",
            "county court",
            "crown court",
            "defendant",
            "claimant",
            "the hearing will take place",
            "district judge",
            "small claims",
        ],
    ),
    (
        "de",
        2.6,
        &[
            "ladung",
            "in dem rechtsstreit",
            "rechtsstreit",
            "mundlichen verhandlung",
            "klager",
            "beklagte",
            "amtsgericht",
            "landgericht",
            "aktenzeichen",
            "elternbrief",
            "bussgeldbescheid",
        ],
    ),
    (
        "fr",
        2.6,
        &[
            "convocation a l'audience",
            "convocation",
            "l'audience",
            "greffier",
            "tribunal",
            "tribunal judiciaire",
        ],
    ),
    (
        "es",
        2.6,
        &["cedula de citacion", "citacion", "juzgado", "juicio verbal", "demandante", "demandado", "vista"],
    ),
    ("en", 1.7, &["offer of employment", "i am delighted to", "to whom it may concern", "warm wishes"]),
    ("de", 1.7, &["guten tag", "hallo", "bestatigung ihrer kundigung"]),
    ("pt", 3.0, &["exmo. senhor", "exma. senhora", "com os melhores cumprimentos", "assunto"]),
    ("pl", 3.0, &["szanowny panie", "szanowna pani", "szanowni panstwo", "z powazaniem"]),
    ("sv", 3.0, &["med vanlig halsning", "med vanliga halsningar"]),
    ("da", 3.0, &["med venlig hilsen", "vennlig hilsen", "kaere"]),
    (
        "en",
        2.0,
        &[
            "please find enclosed",
            "we act for",
            "i am writing",
            "we are writing",
            "our ref",
            "your ref",
            "i refer to",
        ],
    ),
];
const OTHER: &[Row] = &[
    ("en", 4.0, &["e-ticket", "ticket", "e-ticket itinerary", "boarding pass", "booking reference"]),
    ("en", 1.5, &["passenger", "depart", "arrive", "flight", "doors open", "attendee", "venue", "seat"]),
    ("de", 4.0, &["online-ticket", "fahrkarte", "eintrittskarte", "ticket"]),
    ("de", 1.5, &["reisende", "zugbindung", "gleis", "einfache fahrt", "hinfahrt", "klasse"]),
    ("fr", 4.0, &["billet electronique", "billet", "e-billet"]),
    ("fr", 1.5, &["passager", "aller", "retour", "voiture", "place"]),
    ("es", 4.0, &["billete", "billete electronico"]),
    ("es", 1.5, &["pasajero", "ida", "vuelta", "asiento", "coche"]),
    ("it", 4.0, &["biglietto", "verbale"]),
    ("nl", 4.0, &["e-ticket", "notulen", "vervoersbewijs"]),
];
