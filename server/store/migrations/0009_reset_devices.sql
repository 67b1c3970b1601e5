-- The device of the account on which the link of a reset was used, if it was one.

ALTER TABLE password_resets ADD COLUMN device_id {uuid} REFERENCES devices (id);
