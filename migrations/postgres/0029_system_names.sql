-- The names of the systems that identifiers went to Empego under. As in SQLite.
CREATE TABLE system_names (
    -- model::health_number::IdentifierType, or desk.
    kind TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name TEXT COLLATE "C" NOT NULL
);

-- Until now the names could not be changed. A database without consultations takes whatever comes first.
INSERT INTO system_names (kind, name)
SELECT n.kind, n.name FROM (VALUES
    ('desk', 'empego-desk'),
    ('file-number', 'file-number'),
    ('qc', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-qc-patient-healthcare-id'),
    ('on', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn'),
    ('bc', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-bc-patient-healthcare-id'),
    ('ab', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-ab-patient-healthcare-id'),
    ('mb', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-mb-patient-healthcare-id'),
    ('sk', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-sk-patient-healthcare-id'),
    ('nb', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-nb-patient-healthcare-id'),
    ('ns', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-ns-patient-healthcare-id'),
    ('pe', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-pe-patient-healthcare-id'),
    ('nl', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-nl-patient-healthcare-id'),
    ('yt', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-yt-patient-healthcare-id'),
    ('nt', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-nt-patient-healthcare-id'),
    ('nu', 'https://fhir.infoway-inforoute.ca/NamingSystem/ca-nu-patient-healthcare-id')
) AS n (kind, name) WHERE EXISTS (SELECT 1 FROM consultations);
