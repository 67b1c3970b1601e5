-- What readers say of the Help Center's articles, whoever they are.

CREATE TABLE article_ratings (
    article      TEXT PRIMARY KEY,
    helpful      BIGINT NOT NULL,
    less_helpful BIGINT NOT NULL
);

CREATE TABLE article_remarks (
    id      {uuid} PRIMARY KEY,
    article TEXT NOT NULL,
    helpful BOOLEAN NOT NULL,
    body    {bytes} NOT NULL,
    day     BIGINT NOT NULL
);
