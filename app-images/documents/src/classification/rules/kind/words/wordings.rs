//! Other wordings of what the other tables know: mails of shops, bills of inns, sick notes, statements that dun, extracts
//! of registers; and what a paper only speaks of, such as the taxes in a bill.

use super::Row;
use crate::classification::DocumentType;

rows_by_kind!();

/// Manuals have no other names.
const MANUAL: &[Row] = &[];

/// Statements with their bill, whose heading names both, lawyers' and garages' names for theirs, and nights at an inn.
#[rustfmt::skip]
const INVOICE: &[Row] = &[
    ("en", 5.5, &["statement / invoice", "statement/invoice", "invoice / statement", "invoice/statement",
        "statement and invoice", "statement & invoice", "invoice and statement", "invoice & statement"]),
    ("en", 3.4, &["debit note", "bill of costs", "note of fees", "statement of charges"]),
    ("en", 2.0, &["room no", "room number", "nightly rate"]),
    ("de", 3.4, &["gebuhrennote", "kostennote", "vorschussnote"]),
    ("fr", 3.4, &["etat de frais", "etat d'honoraires", "provision sur honoraires", "decompte d'honoraires"]),
    ("fr", 2.0, &["nombre de nuits", "petit dejeuner"]),
    ("es", 3.4, &["nota de honorarios", "provision de fondos", "nota de cargo"]),
    ("es", 2.0, &["huesped", "habitacion", "estancia", "pernoctaciones"]),
    ("es", 1.0, &["mano de obra"]),
    ("it", 3.4, &["notula", "nota di debito", "nota pro forma"]),
    ("it", 2.0, &["pernottamento", "pernottamenti", "soggiorno", "tassa di soggiorno", "imposta di soggiorno"]),
    ("nl", 3.4, &["verkoopfactuur", "termijnfactuur", "slotfactuur", "deelfactuur", "verzamelfactuur", "kostennota"]),
    ("nl", 2.0, &["overnachting", "overnachtingen", "toeristenbelasting"])];

#[rustfmt::skip]
const CREDIT_NOTE: &[Row] = &[
    ("en", 5.5, &["credit adjustment", "return credit"]),
    ("de", 5.5, &["kreditnote", "storno-rechnung", "ruckvergutung", "gutschriftbeleg"]),
    ("fr", 2.0, &["en votre faveur", "a deduire de votre"]),
    ("es", 5.5, &["nota de devolucion"]),
    ("it", 5.5, &["nota credito", "nota accredito"]),
    ("it", 2.0, &["a vostro favore"]),
    ("nl", 5.5, &["correctiefactuur"]),
    ("nl", 2.0, &["te crediteren", "teruggestort", "wij crediteren", "retourzending"])];

/// Of those who sell on the net: an invoice has its number there, but the paper says when it was paid.
#[rustfmt::skip]
const RECEIPT: &[Row] = &[
    ("en", 4.0, &["acknowledgement of payment", "payment confirmation"]),
    ("en", 2.2, &["receipt number", "receipt no", "receipt #", "date paid"]),
    ("de", 4.0, &["zahlungsquittung", "zahlungsnachweis", "einzahlungsbeleg"]),
    ("de", 2.2, &["quittungsnummer", "quittungs-nr", "bezahlt am", "gezahlter betrag"]),
    ("fr", 4.0, &["justificatif de paiement", "attestation de paiement", "recu de versement"]),
    ("fr", 2.2, &["numero de recu", "recu n°", "date de paiement", "montant paye"]),
    ("es", 4.0, &["comprobante", "resguardo de pago", "recibo de pago"]),
    ("es", 2.2, &["numero de recibo", "recibo n", "fecha de pago", "importe pagado"]),
    ("it", 4.0, &["conferma di pagamento", "attestazione di pagamento", "quietanza"]),
    ("it", 2.2, &["numero ricevuta", "ricevuta n", "pagato il", "importo pagato"]),
    ("nl", 4.0, &["betalingsbevestiging", "bewijs van betaling", "ontvangstbewijs", "kasbon"]),
    ("nl", 2.2, &["bonnummer", "betaald op", "betaald bedrag"])];

#[rustfmt::skip]
const REMINDER: &[Row] = &[
    ("en", 8.0, &["statement of account - overdue", "statement - overdue", "overdue statement", "statement of arrears"]),
    ("en", 5.5, &["rent arrears", "notice of arrears", "arrears notice", "second request", "overdue balance",
        "late payment notice", "delinquency notice"]),
    ("en", 2.5, &["payment by return", "despite our"]),
    ("de", 5.5, &["offene posten", "offene-posten-liste", "ruckstandsanzeige", "mietruckstand", "beitragsruckstand"]),
    ("fr", 5.5, &["facture impayee", "factures impayees", "factures echues", "loyer impaye", "loyers impayes"]),
    ("es", 5.5, &["facturas vencidas", "facturas impagadas", "facturas pendientes de pago", "carta de reclamacion"]),
    ("it", 5.5, &["partite scadute", "fatture scadute", "fatture insolute", "costituzione in mora", "diffida",
        "promemoria di pagamento", "mancato pagamento"]),
    ("it", 4.0, &["non e ancora stata pagata", "non e stata pagata", "risulta ancora aperta"]),
    ("nl", 4.0, &["staat nog open", "nog niet is betaald"]),
    ("de", 4.0, &["noch nicht bezahlt", "steht noch aus", "noch nicht ausgeglichen"]),
    ("fr", 4.0, &["n'a pas encore ete reglee", "n'a pas ete reglee", "toujours pas ete reglee"]),
    ("es", 4.0, &["sigue pendiente", "aun no ha sido abonada", "no ha sido abonada", "no ha sido pagada"]),
    ("en", 4.0, &["has not been paid", "have not been paid", "hasn't been paid", "is still unpaid"]),
    ("nl", 5.5, &["vervallen facturen", "openstaande facturen", "openstaande posten", "veertiendagenbrief",
        "14-dagenbrief"])];

#[rustfmt::skip]
const QUOTE: &[Row] = &[
    ("en", 5.0, &["fee proposal", "price offer", "tender"]),
    ("de", 5.0, &["festpreisangebot", "richtpreisangebot", "richtofferte"]),
    ("fr", 5.0, &["chiffrage", "offre de service", "offre de services"]),
    ("es", 5.0, &["propuesta economica"]),
    ("it", 5.0, &["proposta commerciale", "proposta economica"]),
    ("nl", 5.0, &["prijsaanbieding", "kostenraming", "prijsvoorstel"])];

/// Above all the mail that a shop sends when something was ordered there.
#[rustfmt::skip]
const ORDER: &[Row] = &[
    ("en", 4.0, &["we've got your order", "we have received your order", "we've received your order",
        "your order is confirmed", "order received", "confirmation of order", "confirmation of booking"]),
    ("en", 5.0, &["requisition", "call-off order", "job order"]),
    ("en", 2.0, &["shipping address", "delivery address", "expected delivery"]),
    ("de", 4.0, &["wir haben ihre bestellung erhalten", "wir haben deine bestellung erhalten", "deine bestellung",
        "ihre bestellung ist eingegangen", "danke fur deine bestellung"]),
    ("de", 5.0, &["bestellformular", "reparaturauftrag", "werkstattauftrag", "arbeitsauftrag"]),
    ("de", 2.0, &["lieferadresse", "voraussichtliche lieferung", "voraussichtliche zustellung"]),
    ("fr", 4.0, &["nous avons bien recu votre commande", "votre commande est confirmee", "recapitulatif de commande",
        "bon de reservation"]),
    ("fr", 5.0, &["ordre de reparation", "ordre de service"]),
    ("fr", 2.0, &["adresse de livraison", "livraison estimee", "livraison prevue"]),
    ("es", 4.0, &["hemos recibido tu pedido", "hemos recibido su pedido", "resumen del pedido",
        "confirmacion del pedido", "confirmacion de la reserva", "reserva confirmada"]),
    ("es", 5.0, &["orden de trabajo", "orden de reparacion", "hoja de encargo"]),
    ("es", 2.0, &["direccion de envio", "direccion de entrega", "entrega estimada", "entrega prevista"]),
    ("it", 4.0, &["abbiamo ricevuto il tuo ordine", "abbiamo ricevuto il suo ordine", "riepilogo ordine",
        "riepilogo dell'ordine", "conferma dell'ordine", "conferma prenotazione", "prenotazione confermata"]),
    ("it", 5.0, &["buono d'ordine", "ordine di lavoro"]),
    ("it", 2.0, &["indirizzo di spedizione", "indirizzo di consegna", "consegna prevista", "il tuo ordine"]),
    ("nl", 4.0, &["je bestelling", "uw bestelling", "bevestiging van uw bestelling", "bevestiging van je bestelling",
        "bevestiging van uw reservering"]),
    ("nl", 5.0, &["bestelformulier", "inkoopopdracht", "opdrachtbon", "reparatieopdracht"]),
    ("nl", 2.0, &["bezorgadres", "afleveradres", "verwachte bezorging", "verwachte levering"])];

#[rustfmt::skip]
const DELIVERY_NOTE: &[Row] = &[
    ("en", 5.8, &["pick list", "picking list", "goods issue note", "transfer note", "air waybill"]),
    ("de", 5.8, &["~lieferschein", "begleitschein", "lieferbeleg"]),
    ("fr", 5.8, &["bon de reception", "bulletin de livraison", "fiche de livraison"]),
    ("es", 5.8, &["hoja de entrega", "nota de envio", "hoja de ruta"]),
    ("it", 5.8, &["bolla di trasporto", "nota di consegna", "buono di consegna", "lettera di vettura"]),
    ("nl", 5.8, &["leveringsbon", "afgiftebon", "paklijst", "transportbon"])];

/// An extract of a register, a statement that duns and a doctor's statement are of no account.
#[rustfmt::skip]
const BANK_STATEMENT: &[Row] = &[
    ("en", -5.5, &["statement / invoice", "statement/invoice", "invoice / statement", "invoice/statement",
        "statement and invoice", "statement & invoice", "invoice and statement", "invoice & statement",
        "statement of fitness", "statement of charges", "statement of arrears", "overdue statement",
        "statement - overdue"]),
    ("en", -8.0, &["statement of account - overdue"]),
    ("en", -3.0, &["total overdue"]),
    ("it", -6.0, &["partite scadute"]),
    ("fr", -6.0, &["factures echues", "factures impayees"]),
    ("es", -6.0, &["facturas vencidas", "facturas impagadas", "facturas pendientes de pago"]),
    ("nl", -6.0, &["vervallen facturen", "openstaande facturen"]),
    ("de", -5.5, &["~registerauszug", "grundbuchauszug", "betreibungsauszug"]),
    ("en", 5.5, &["portfolio valuation", "contract note"]),
    ("de", 5.5, &["ertragnisaufstellung", "saldenbestatigung", "umsatzanzeige"]),
    ("fr", 5.5, &["avis d'opere", "arrete de compte", "tableau d'amortissement"]),
    ("es", 5.5, &["liquidacion de cuenta", "liquidacion de intereses", "extracto de movimientos"]),
    ("it", 5.5, &["lista movimenti", "documento di sintesi", "contabile bonifico"]),
    ("nl", 5.5, &["afschrift", "jaaroverzicht", "creditcardoverzicht", "spaaroverzicht"])];

#[rustfmt::skip]
const PAYSLIP: &[Row] = &[
    ("en", 5.8, &["salary advice", "payroll advice"]),
    ("de", 5.8, &["gehaltsnachweis", "lohn- und gehaltsabrechnung", "bezugeabrechnung", "gehaltszettel", "lohnausweis"]),
    ("fr", 5.8, &["fiche de paye"]),
    ("es", 5.8, &["recibo de salario", "hoja de nomina"]),
    ("it", 5.8, &["prospetto di paga", "foglio paga"]),
    ("nl", 5.8, &["loonbrief", "loonstrookje", "loonafrekening", "loonfiche", "salarisoverzicht"])];

#[rustfmt::skip]
const CONTRACT: &[Row] = &[
    ("en", 5.0, &["addendum", "heads of terms", "terms of engagement", "letter of intent"]),
    ("fr", 5.0, &["protocole d'accord", "lettre de mission", "lettre d'engagement"]),
    ("es", 5.0, &["adenda"]),
    ("it", 5.0, &["lettera d'incarico", "lettera di incarico", "lettera di assunzione", "conferimento di incarico"]),
    ("nl", 5.0, &["~contract", "addendum"])];

/// A bill that names the tax on what it sells is no bill of a tax.
#[rustfmt::skip]
const TAX: &[Row] = &[
    ("es", -10.0, &["impuesto sobre electricidad", "impuesto sobre la electricidad", "impuesto sobre hidrocarburos",
        "impuesto sobre el valor anadido", "impuesto sobre las primas"]),
    ("es", -5.0, &["impuesto electrico", "impuesto especial", "impuesto de electricidad", "impuesto general indirecto"]),
    ("en", 5.0, &["vehicle tax", "tax demand", "tax code notice", "land tax", "form 1099"]),
    ("de", 5.0, &["grundbesitzabgaben", "steuerbescheinigung"]),
    ("fr", 5.0, &["avis de taxe", "avis de degrevement", "liasse fiscale"]),
    ("es", 5.0, &["modelo 111", "modelo 130", "modelo 190", "modelo 347", "tasa de basuras", "ivtm"]),
    ("it", 5.0, &["bollo auto", "tassa automobilistica", "certificazione unica", "modello 730", "avviso di liquidazione"]),
    ("nl", 5.0, &["motorrijtuigenbelasting", "gemeentelijke belastingen", "waterschapsbelasting", "woz-beschikking"])];

/// What is renewed besides a policy: a licence, a domain, what one is registered for.
#[rustfmt::skip]
const INSURANCE: &[Row] = &[
    ("en", -2.0, &["registration expires", "licence renewal", "license renewal", "membership renewal", "domain renewal",
        "subscription renewal", "data protection fee", "registration fee", "licence fee", "license fee"]),
    ("en", 5.0, &["cover note", "explanation of benefits", "premium notice"]),
    ("de", 5.0, &["deckungsbestatigung", "schadenabrechnung", "schadenanzeige", "pramienrechnung", "versicherungsnachweis"]),
    ("fr", 5.0, &["carte verte", "constat amiable", "reglement de sinistre", "releve de prestations"]),
    ("es", 5.0, &["comunicacion de siniestro", "certificado de cobertura"]),
    ("it", 6.0, &["certificato di assicurazione", "certificato assicurativo", "attestato di rischio"]),
    ("it", 5.0, &["denuncia di sinistro", "liquidazione sinistro"]),
    ("nl", 5.0, &["polis", "verzekeringspolis", "verzekeringsbewijs", "schademelding", "polisaanhangsel", "premiefactuur"])];

#[rustfmt::skip]
const UTILITY_BILL: &[Row] = &[
    ("en", 5.0, &["utility statement", "energy statement", "heating bill", "sewer bill", "internet bill"]),
    ("de", 5.0, &["strom- und gasrechnung", "abschlagsplan", "abschlagsanforderung"]),
    ("fr", 5.0, &["votre facture internet", "facture electricite", "facture gaz", "facture eau", "chauffage urbain"]),
    ("es", 5.0, &["factura de electricidad", "factura de luz", "factura de gas", "factura de telefono"]),
    ("it", 5.0, &["fattura luce", "fattura gas", "fattura energia", "teleriscaldamento"]),
    ("nl", 5.0, &["energierekening", "stroomrekening", "waterrekening", "telefoonrekening", "waternota",
        "stadsverwarming", "afrekening servicekosten"])];

/// Sick notes go to an employer and speak of work; referrals, plans of treatment and vaccinations are papers of doctors too.
#[rustfmt::skip]
const MEDICAL: &[Row] = &[
    ("en", 6.0, &["statement of fitness for work", "fit note", "doctor's note", "vaccination certificate",
        "immunisation record", "vaccination record"]),
    ("en", 5.0, &["referral letter", "treatment plan", "clinic letter", "pathology report", "laboratory report"]),
    ("de", 6.0, &["krankmeldung", "krankschreibung", "arztliches attest", "arztliche bescheinigung", "impfbescheinigung",
        "au-bescheinigung"]),
    ("de", 5.0, &["uberweisungsschein", "heilmittelverordnung", "medikationsplan", "laborwerte", "brillenpass"]),
    ("fr", 6.0, &["avis d'arret de travail", "arret maladie", "certificat de vaccination", "avis d'aptitude"]),
    ("fr", 5.0, &["feuille de soins", "carnet de vaccination", "echographie"]),
    ("es", 6.0, &["parte medico", "parte de confirmacion", "baja medica", "justificante medico", "certificado medico",
        "incapacidad temporal"]),
    ("es", 2.4, &["facultativo", "colegiado", "fecha de la baja"]),
    ("it", 6.5, &["certificato di malattia", "attestato di malattia", "verbale di pronto soccorso", "certificato di idoneita"]),
    ("it", 5.0, &["impegnativa", "cartella clinica", "piano terapeutico"]),
    ("it", 2.4, &["prognosi", "inizio malattia"]),
    ("nl", 6.0, &["doktersverklaring", "medische verklaring", "vaccinatiebewijs"]),
    ("nl", 5.0, &["behandelplan", "medicatieoverzicht"]),
    ("nl", 2.4, &["bedrijfsarts", "arbeidsongeschikt"])];

#[rustfmt::skip]
const CERTIFICATE: &[Row] = &[
    ("en", 5.5, &["confirmation of employment", "verification of employment", "employment verification",
        "proof of enrolment", "gas safety record"]),
    ("de", 7.0, &["~registerauszug", "grundbuchauszug", "betreibungsauszug"]),
    ("de", 5.5, &["meldebestatigung", "prufbericht", "prufprotokoll"]),
    ("fr", 5.5, &["extrait d'acte", "extrait du registre", "extrait de casier"]),
    ("es", 5.5, &["nota simple"]),
    ("it", 5.5, &["attestazione", "estratto dell'atto"]),
    ("nl", 5.5, &["keuringsrapport", "inspectierapport"])];

#[rustfmt::skip]
const LETTER: &[Row] = &[
    ("en", 1.7, &["our records show", "by law"])];

#[rustfmt::skip]
const OTHER: &[Row] = &[
    ("en", 4.0, &["gift voucher", "incident report", "inspection report", "risk assessment", "timetable"]),
    ("de", 4.0, &["gutschein", "merkblatt", "dienstplan", "stundenplan"]),
    ("fr", 4.0, &["bon cadeau", "liste de prix"]),
    ("es", 4.0, &["entrada general", "vale regalo", "lista de precios", "tarifas"]),
    ("es", 1.5, &["entrada"]),
    ("it", 4.0, &["listino prezzi", "buono regalo", "foglio presenze"]),
    ("nl", 4.0, &["prijzenlijst", "cadeaubon", "presentielijst"])];
