-- A code over each login session, under a key that is not in the database. Those
-- from before end: nobody can tell whether all of them were written by the
-- program, and their people log in again.

ALTER TABLE login_sessions ADD COLUMN code {bytes};

DELETE FROM login_sessions;
