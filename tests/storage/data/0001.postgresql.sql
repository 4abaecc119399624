-- The tables as revision 0001 left them. Never changes: databases like this are out there.
CREATE TABLE alert (
  id VARCHAR NOT NULL,
  alert VARCHAR NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_alert PRIMARY KEY (id)
);
CREATE INDEX ix_alert_created_at ON alert (created_at);
CREATE TABLE article (
  id SERIAL NOT NULL,
  url_key VARCHAR NOT NULL,
  url VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  story_id VARCHAR NOT NULL,
  first_seen TIMESTAMP WITH TIME ZONE NOT NULL,
  original_id INTEGER,
  CONSTRAINT pk_article PRIMARY KEY (id),
  CONSTRAINT uq_article_url_key UNIQUE (url_key)
);
CREATE INDEX ix_article_original_id ON article (original_id);
CREATE INDEX ix_article_story_id ON article (story_id);
CREATE TABLE attempt (
  id SERIAL NOT NULL,
  message_key VARCHAR NOT NULL,
  token VARCHAR NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE NOT NULL,
  finished_at TIMESTAMP WITH TIME ZONE,
  state VARCHAR,
  code VARCHAR NOT NULL,
  detail VARCHAR NOT NULL,
  provider_id VARCHAR NOT NULL,
  CONSTRAINT pk_attempt PRIMARY KEY (id)
);
CREATE INDEX ix_attempt_message_key ON attempt (message_key);
CREATE TABLE desk_version (
  id SERIAL NOT NULL,
  hash VARCHAR NOT NULL,
  files VARCHAR NOT NULL,
  accepted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_desk_version PRIMARY KEY (id)
);
CREATE TABLE feed (
  lease_token VARCHAR,
  lease_until TIMESTAMP WITH TIME ZONE,
  id VARCHAR NOT NULL,
  validators JSON,
  state VARCHAR NOT NULL,
  detail VARCHAR NOT NULL,
  failures INTEGER NOT NULL,
  last_ok TIMESTAMP WITH TIME ZONE,
  last_new TIMESTAMP WITH TIME ZONE,
  next_due TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_feed PRIMARY KEY (id)
);
CREATE INDEX ix_feed_next_due ON feed (next_due);
CREATE TABLE telling (
  subject VARCHAR NOT NULL,
  told_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_telling PRIMARY KEY (subject)
);
CREATE TABLE address (
  url_key VARCHAR NOT NULL,
  article_id INTEGER NOT NULL,
  CONSTRAINT pk_address PRIMARY KEY (url_key),
  CONSTRAINT fk_address_article_id FOREIGN KEY(article_id) REFERENCES article (id)
);
CREATE TABLE delivery (
  lease_token VARCHAR,
  lease_until TIMESTAMP WITH TIME ZONE,
  id SERIAL NOT NULL,
  key VARCHAR NOT NULL,
  alert_id VARCHAR NOT NULL,
  recipient VARCHAR NOT NULL,
  channel VARCHAR NOT NULL,
  address VARCHAR NOT NULL,
  severity VARCHAR NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state VARCHAR NOT NULL,
  not_before TIMESTAMP WITH TIME ZONE,
  held_as VARCHAR,
  message_key VARCHAR NOT NULL,
  attempts INTEGER NOT NULL,
  CONSTRAINT pk_delivery PRIMARY KEY (id),
  CONSTRAINT uq_delivery_key UNIQUE (key),
  CONSTRAINT fk_delivery_alert_id FOREIGN KEY(alert_id) REFERENCES alert (id)
);
CREATE INDEX ix_delivery_alert_id ON delivery (alert_id);
CREATE INDEX ix_delivery_message_key ON delivery (message_key);
CREATE INDEX ix_delivery_state ON delivery (state, not_before);
CREATE TABLE version (
  id SERIAL NOT NULL,
  article_id INTEGER NOT NULL,
  text_hash VARCHAR NOT NULL,
  article VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_version PRIMARY KEY (id),
  CONSTRAINT uq_version_article_id_text_hash UNIQUE (article_id, text_hash),
  CONSTRAINT fk_version_article_id FOREIGN KEY(article_id) REFERENCES article (id)
);
CREATE INDEX ix_version_text_hash ON version (text_hash, seen_at);
CREATE TABLE entry (
  lease_token VARCHAR,
  lease_until TIMESTAMP WITH TIME ZONE,
  id SERIAL NOT NULL,
  feed_id VARCHAR NOT NULL,
  key VARCHAR NOT NULL,
  fingerprint VARCHAR NOT NULL,
  entry VARCHAR NOT NULL,
  first_seen TIMESTAMP WITH TIME ZONE NOT NULL,
  backlog BOOLEAN NOT NULL,
  tries INTEGER NOT NULL,
  outcome VARCHAR,
  reason VARCHAR NOT NULL,
  relation VARCHAR,
  evidence JSON,
  desk_hash VARCHAR,
  settled_at TIMESTAMP WITH TIME ZONE,
  version_id INTEGER,
  alert_id VARCHAR,
  CONSTRAINT pk_entry PRIMARY KEY (id),
  CONSTRAINT uq_entry_feed_id_key_fingerprint UNIQUE (feed_id, key, fingerprint),
  CONSTRAINT fk_entry_feed_id FOREIGN KEY(feed_id) REFERENCES feed (id),
  CONSTRAINT fk_entry_version_id FOREIGN KEY(version_id) REFERENCES version (id),
  CONSTRAINT fk_entry_alert_id FOREIGN KEY(alert_id) REFERENCES alert (id)
);
CREATE INDEX ix_entry_outcome ON entry (outcome, id);
CREATE INDEX ix_entry_settled_at ON entry (settled_at);
CREATE INDEX ix_entry_version_id ON entry (version_id);
CREATE TABLE fingerprint (
  "key" BIGINT NOT NULL,
  article_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  CONSTRAINT pk_fingerprint PRIMARY KEY ("key", article_id)
);
CREATE TABLE ruling (
  id SERIAL NOT NULL,
  entry_id INTEGER NOT NULL,
  rule VARCHAR NOT NULL,
  severity VARCHAR NOT NULL,
  verdict VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  evidence VARCHAR NOT NULL,
  CONSTRAINT pk_ruling PRIMARY KEY (id),
  CONSTRAINT fk_ruling_entry_id FOREIGN KEY(entry_id) REFERENCES entry (id)
);
CREATE INDEX ix_ruling_entry_id ON ruling (entry_id);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('0001');
CREATE INDEX ix_entry_alert_id ON entry (alert_id);
CREATE TABLE reread (
  lease_token VARCHAR,
  lease_until TIMESTAMP WITH TIME ZONE,
  article_id INTEGER NOT NULL,
  entry_id INTEGER NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  validators JSON,
  gone INTEGER NOT NULL,
  CONSTRAINT pk_reread PRIMARY KEY (article_id),
  CONSTRAINT fk_reread_article_id FOREIGN KEY(article_id) REFERENCES article (id),
  CONSTRAINT fk_reread_entry_id FOREIGN KEY(entry_id) REFERENCES entry (id)
);
CREATE INDEX ix_reread_due_at ON reread (due_at);
