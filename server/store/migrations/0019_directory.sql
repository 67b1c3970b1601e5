-- Therapists who chose to be found, and what they are asked by people who look
-- for one. The words of both are sealed.

CREATE TABLE listings (
    practice_id  {uuid} NOT NULL REFERENCES practices (id),
    therapist_id {uuid} NOT NULL REFERENCES accounts (id),
    accepting    BOOLEAN NOT NULL,
    words        {bytes} NOT NULL,
    PRIMARY KEY (practice_id, therapist_id)
);

CREATE TABLE care_requests (
    practice_id     {uuid} NOT NULL REFERENCES practices (id),
    id              {uuid} NOT NULL UNIQUE,
    client_id       {uuid} NOT NULL REFERENCES accounts (id),
    therapist_id    {uuid} NOT NULL REFERENCES accounts (id),
    note            {bytes} NOT NULL,
    status          TEXT NOT NULL,
    answer          {bytes},
    conversation_id {uuid},
    created_at      BIGINT NOT NULL,
    decided_at      BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id)
);

CREATE INDEX care_requests_client ON care_requests (client_id);
CREATE INDEX care_requests_therapist ON care_requests (therapist_id, status);
