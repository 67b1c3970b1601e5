-- Which rules the log follows is looked up at every start.

CREATE INDEX audit_events_rules ON audit_events (practice_id, number)
    WHERE kind IN ('audit.begin', 'audit.extend');
