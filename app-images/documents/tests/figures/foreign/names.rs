//! Made-up senders: what organisations are called in each country, another list for each half.

use super::Half;
use super::random::Random;
use super::template::Template;

pub(super) struct Sender {
    pub(super) name: &'static str,
    pub(super) street: String,
    pub(super) city: &'static str,
    pub(super) web: String,
}

/// Sector, language, the senders of the half that is tuned on, and those of the other.
type Row = (&'static str, &'static str, [&'static str; 3], [&'static str; 3]);

const SENDERS: [Row; 40] = [
    (
        "trade",
        "en",
        ["Harlow & Pike Ltd", "Brightside Supplies Inc.", "Oakfield Joinery"],
        ["Tidewater Services LLC", "Copperbeech Limited", "Ashby Brothers"],
    ),
    (
        "trade",
        "de",
        ["Dachbau Wiesner GmbH", "Lindgren & Söhne KG", "Malerbetrieb Kolb"],
        ["Nordlicht Handels GmbH & Co. KG", "Sanitär Fuchs e.K.", "Büromarkt Heller"],
    ),
    (
        "trade",
        "fr",
        ["Toitures Marchand SARL", "Établissements Roussel", "Menuiserie Dubreuil"],
        ["Comptoir du Bureau SAS", "Ateliers Lemoine", "Garage des Tilleuls EURL"],
    ),
    (
        "trade",
        "es",
        ["Tejados Robledo S.L.", "Suministros Pardo, S.A.", "Carpintería Olmo"],
        ["Oficinas del Sur S.L.U.", "Talleres Quintana", "Comercial Ebro S.A."],
    ),
    (
        "shop",
        "en",
        ["Corner Pantry", "The Green Grocer", "Bean Street Coffee"],
        ["Lakeside Fitness Club", "Marlow Rowing Club", "Paper Lantern Books"],
    ),
    (
        "shop",
        "de",
        ["Frischemarkt Voss", "Bäckerei Althaus", "Hofladen Brinkmann"],
        ["Sportverein Eintracht e.V.", "Buchhandlung am Tor", "Café Morgenrot"],
    ),
    (
        "shop",
        "fr",
        ["Épicerie Saint-Michel", "Boulangerie Perrin", "Le Panier Vert"],
        ["Association Les Randonneurs", "Librairie du Port", "Café des Halles"],
    ),
    (
        "shop",
        "es",
        ["Supermercado La Plaza", "Panadería Serrano", "Frutería Luz"],
        ["Club Deportivo Ribera", "Librería Cervera", "Café Central"],
    ),
    (
        "bank",
        "en",
        ["First Harbour Bank", "Castlegate Building Society", "Prairie Credit Union"],
        ["Northmoor Bank plc", "Union Savings & Loan", "Elmtree Bank"],
    ),
    (
        "bank",
        "de",
        ["Volksbank Altmühl eG", "Sparkasse Weserland", "Handelsbank Süd AG"],
        ["Kreissparkasse Ostsee", "Raiffeisenbank Hügelland eG", "Privatbank Ehlers"],
    ),
    (
        "bank",
        "fr",
        ["Banque du Rhône", "Caisse d'Épargne des Alpes", "Crédit Maritime Ouest"],
        ["Banque Coopérative SA", "Crédit Rural du Centre", "Caisse Mutuelle du Nord"],
    ),
    (
        "bank",
        "es",
        ["Banco de Levante", "Caja Rural Meseta", "Banco Atlántico S.A."],
        ["Caja de Ahorros Norte", "Banco Montaña", "Cooperativa de Crédito Júcar"],
    ),
    (
        "insurer",
        "en",
        ["Beacon Insurance Company", "Shieldwell Assurance plc", "Rockford Mutual"],
        ["Fairway Insurance Ltd", "Haven Mutual Insurance", "Compass Underwriting"],
    ),
    (
        "insurer",
        "de",
        ["Alpina Versicherungs-AG", "Rheinische Assekuranz", "Bürgerschutz Versicherung VVaG"],
        ["Nordstern Direktversicherung AG", "Concordia Sachversicherung", "Union Krankenversicherung a.G."],
    ),
    (
        "insurer",
        "fr",
        ["Assurances du Littoral", "Mutuelle des Artisans", "Garantie Mutuelle SA"],
        ["Prévoyance Générale", "Mutuelle Atlantique", "Alpes Assurances SA"],
    ),
    (
        "insurer",
        "es",
        ["Seguros Cantábrico S.A.", "Mutua Levantina", "Aseguradora del Tajo"],
        ["Mutualidad Ibérica", "Seguros Albor S.A.", "Previsora Ebro"],
    ),
    (
        "tax",
        "en",
        ["Revenue Office North", "Department of Revenue", "Inland Revenue Service"],
        ["Lake County Treasurer", "County Tax Collector", "City Assessor's Office"],
    ),
    (
        "tax",
        "de",
        ["Finanzamt Neustadt", "Finanzamt Seeburg-Mitte", "Bundeszentralamt für Steuern"],
        ["Stadt Wallhausen", "Gemeinde Tannau", "Stadtkasse Birkenfeld"],
    ),
    (
        "tax",
        "fr",
        [
            "Direction générale des Finances publiques",
            "Centre des impôts de Brest",
            "Service des impôts des particuliers",
        ],
        ["Trésor public", "Direction départementale des Finances publiques", "Centre des finances publiques"],
    ),
    (
        "tax",
        "es",
        ["Agencia Tributaria", "Hacienda Foral", "Delegación de Hacienda"],
        ["Ayuntamiento de Ribera Alta", "Diputación Provincial", "Ayuntamiento de Olmedilla"],
    ),
    (
        "utility",
        "en",
        ["Moorland Energy Ltd", "Citywide Electric", "Pennine Power"],
        ["Severnside Water", "Valley Water District", "Anglia Gas & Water plc"],
    ),
    (
        "utility",
        "de",
        ["Stadtwerke Altenau GmbH", "Energie Mittelrhein AG", "Grünstrom eG"],
        ["Gemeindewerke Seefeld", "Erdgas Westfalen GmbH", "Wasserverband Heide"],
    ),
    (
        "utility",
        "fr",
        ["Gaz de l'Ouest SA", "Énergies Vertes", "Électricité du Morvan"],
        ["Eaux du Velay", "Régie municipale des eaux", "Compagnie des Eaux SA"],
    ),
    (
        "utility",
        "es",
        ["Eléctrica del Duero S.A.", "Energía Solana S.L.", "Luz y Gas Norte"],
        ["Aguas del Segura", "Canal de Poniente", "Empresa Municipal de Aguas S.A."],
    ),
    (
        "health",
        "en",
        ["St Brannock's Hospital", "Riverbank Medical Centre", "Hillview Clinic"],
        ["Meridian Pathology Laboratories", "Union Diagnostics", "Lakeshore Health Lab"],
    ),
    (
        "health",
        "de",
        ["Klinikum Am Park", "Gemeinschaftspraxis Dr. Arndt", "Krankenhaus St. Anna"],
        ["Labor Dr. Weber und Kollegen", "MVZ Laborzentrum Nord", "Institut für Labordiagnostik"],
    ),
    (
        "health",
        "fr",
        ["Centre hospitalier du Val", "Clinique des Cèdres", "Cabinet médical Dr Faure"],
        ["Laboratoire Bioval", "Laboratoire d'analyses du Parc", "Centre de biologie médicale"],
    ),
    (
        "health",
        "es",
        ["Hospital Virgen del Mar", "Clínica San Telmo", "Centro de Salud Sur"],
        ["Laboratorio Análisis Clínicos Vega", "Laboratorios Duero", "Centro Diagnóstico Levante"],
    ),
    (
        "school",
        "en",
        ["Harbour Training Centre", "Redwood College", "Safety First Academy"],
        ["University of Westmoor", "Institute of Applied Studies", "Kingsmead School"],
    ),
    (
        "school",
        "de",
        ["Bildungswerk Weser e.V.", "Volkshochschule Talheim", "Akademie für Arbeitsschutz"],
        ["Handwerkskammer Unterland", "Berufskolleg Ost", "Hochschule Altmark"],
    ),
    (
        "school",
        "fr",
        ["Centre de formation Horizon", "Institut Pasteur Formation", "École de secourisme du Rhône"],
        ["Université de la Loire", "Académie de Nantes", "École supérieure des Lettres"],
    ),
    (
        "school",
        "es",
        ["Escuela de Formación Alba", "Academia Progreso", "Centro de Estudios Mirador"],
        ["Universidad del Turia", "Instituto Politécnico Levante", "Escuela Técnica Superior"],
    ),
    (
        "maker",
        "en",
        ["Torrent Tools Ltd", "Vantage Power Tools", "Ironbark Manufacturing"],
        ["Clearbreeze Appliances Inc.", "Aerowell Ltd", "Homeair Products"],
    ),
    (
        "maker",
        "de",
        ["Werkfix GmbH", "Kraftmann Elektrowerkzeuge", "Bohrtec AG"],
        ["Klarluft GmbH", "Aeroheim Geräte KG", "Frischwind Haustechnik"],
    ),
    (
        "maker",
        "fr",
        ["Outillage Vulcain SA", "Mécano Outils", "Société Percetout"],
        ["Airpur SAS", "Électroménager Zéphyr", "Société Brise"],
    ),
    (
        "maker",
        "es",
        ["Herramientas Bronce S.A.", "Taladros Norte S.L.", "Industrias Forja"],
        ["Airelimpio S.L.", "Electrodomésticos Brisa", "Fabricaciones Céfiro S.A."],
    ),
    (
        "office",
        "en",
        ["Wexcombe District Council", "Larkfield Logistics Ltd", "Southbank Housing Association"],
        ["Elmhurst Foundation", "Orchard Trust", "Pinnacle Staffing Inc."],
    ),
    (
        "office",
        "de",
        ["Stadtverwaltung Eschental", "Lagerhaus Kramer GmbH", "Wohnungsgenossenschaft Heimat eG"],
        ["Naturschutzverein Moorland e.V.", "Spedition Ritter KG", "Stiftung Lebenswert"],
    ),
    (
        "office",
        "fr",
        ["Mairie de Valbonne-sur-Orne", "Transports Guérin SARL", "Association Familles Solidaires"],
        ["Fédération des Cyclistes", "Logistique Ouest SAS", "Fondation Clairière"],
    ),
    (
        "office",
        "es",
        ["Ayuntamiento de Villaseca", "Transportes Mena S.L.", "Asociación Vecinal El Pinar"],
        ["Fundación Horizonte", "Logística Sur S.A.", "Federación de Montaña"],
    ),
];
/// Parties of contracts; by language.
const HOMES: [Row; 4] = [
    (
        "home",
        "en",
        ["Spotless Cleaning Ltd", "Merton Facilities Limited", "Harbour Lettings LLC"],
        ["Granite Software Ltd", "Juniper Hotels Inc.", "Fenwick Foods plc"],
    ),
    (
        "home",
        "de",
        ["Hausverwaltung Seidel GmbH", "Immobilien Rothe KG", "Wohnbau Ilmtal eG"],
        ["Druckhaus Menzel GmbH", "Optik Sommer KG", "Logistik Huber AG"],
    ),
    (
        "home",
        "fr",
        ["SCI des Lilas", "Immobilière Garonne SARL", "Régie Foncière SA"],
        ["Imprimerie Bellevue SARL", "Hôtels du Lac SAS", "Société Laitière SA"],
    ),
    (
        "home",
        "es",
        ["Inmobiliaria Retama S.L.", "Alquileres Puerta S.L.", "Fincas Moreno S.A."],
        ["Limpiezas Aurora S.L.", "Servicios Integrales Tajo S.A.", "Gestiones Vega S.L."],
    ),
];

pub(super) fn sender(template: &Template, random: &mut Random) -> Sender {
    let (_, _, tuned, held_out) = SENDERS
        .iter()
        .chain(&HOMES)
        .find(|(sector, language, ..)| *sector == template.sector && *language == template.language)
        .unwrap();
    let names = match template.half {
        Half::Tuned => tuned,
        Half::HeldOut => held_out,
    };
    let name = *random.pick(names);
    let (streets, cities) = places(template.language);
    let number = random.between(1, 140).to_string();
    let domain: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(14).collect();
    Sender {
        name,
        street: random.pick(streets).replace('#', &number),
        city: *random.pick(cities),
        web: format!("info@{domain}.example"),
    }
}

fn places(language: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match language {
        "en" => (
            &["# Mill Lane", "Unit #, Canal Wharf", "# Market Street"],
            &["Leeds LS1 4AP", "Springfield, IL 62701", "Bath BA1 2QR"],
        ),
        "de" => (
            &["Mühlenweg #", "Am Kanal #", "Marktstraße #"],
            &["24103 Kiel", "80331 München", "04109 Leipzig"],
        ),
        "fr" => (
            &["# rue du Moulin", "# avenue de la Gare", "ZA des Saules, lot #"],
            &["69002 Lyon", "35000 Rennes", "33000 Bordeaux"],
        ),
        "es" => (
            &["Calle del Molino, #", "Avda. de la Estación #", "C/ Mayor, #"],
            &["28004 Madrid", "46002 Valencia", "41001 Sevilla"],
        ),
        other => panic!("no places for {other}"),
    }
}
