-- When the link of a mail is over, after which it is not sent any more; 0 where that
-- takes longer than its tries.

ALTER TABLE mails ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
