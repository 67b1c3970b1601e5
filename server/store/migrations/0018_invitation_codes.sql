-- The code of an invitation, for whoever has it on paper: a keyed hash.
ALTER TABLE invitations ADD COLUMN code_hash {bytes};

CREATE UNIQUE INDEX invitations_code ON invitations (code_hash);
CREATE INDEX invitations_therapist ON invitations (therapist_id);
