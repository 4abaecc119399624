-- What a database of revision 0001 held: one article that rang, one copy, one entry that waits.
INSERT INTO desk_version VALUES (1, 'd1', '[["feeds.yaml","version: 1\n"]]', '2025-06-05 11:00:00.000000');
INSERT INTO telling VALUES ('desk refused
feeds.yaml: 1 mistake', '2025-06-05 11:00:00.000000');
INSERT INTO feed VALUES (NULL, NULL, 'wire', '["etag","",""]', 'ok', '', 0, '2025-06-05 11:30:00.000000', '2025-06-05 11:30:00.000000', '2025-06-05 12:00:00.000000');
INSERT INTO article VALUES (1, 'https://news.example/1', 'https://news.example/1', 'The Wire', 'st-1', '2025-06-05 11:30:00.000000', NULL);
INSERT INTO address VALUES ('https://news.example/1', 1);
INSERT INTO version VALUES (1, 1, 'hash', '{"url":"https://news.example/1","title":"Rare-earth exports halted","text":"Exports of rare-earth minerals were halted.","scope":"full"}', 'full', '2025-06-05 11:30:00.000000');
INSERT INTO alert VALUES ('al-1', '{"id":"al-1","story":"st-1","kind":"new","severity":"urgent","headline":"Rare-earth exports halted","url":"https://news.example/1","source":"The Wire","tier":2,"seen":"2025-06-05T11:30:00Z","root":"al-1","subject":"[URGENT] Rare-earth exports halted","rules":[{"id":"minerals","title":"Minerals","why":"supply","severity":"urgent"}]}', '2025-06-05 11:30:00.000000');
INSERT INTO entry VALUES (NULL, NULL, 1, 'wire', 'a', 'f1', '{"id":"a","url":"https://news.example/1","title":"Rare-earth exports halted"}', '2025-06-05 11:30:00.000000', false, 1, 'rung', 'new story', 'new', '["halted"]', 'd1', '2025-06-05 11:30:00.000000', 1, 'al-1');
INSERT INTO entry VALUES (NULL, NULL, 2, 'wire', 'b', 'f2', '{"id":"b","url":"https://news.example/2","title":"Rare-earth exports halted"}', '2025-06-05 11:31:00.000000', false, 1, 'copy', 'the same text', 'copy', NULL, 'd1', '2025-06-05 11:31:00.000000', 1, NULL);
INSERT INTO entry VALUES ('token', '2025-06-05 11:40:00.000000', 3, 'wire', 'c', 'f3', '{"id":"c","url":"https://news.example/3","title":"Trams run late"}', '2025-06-05 11:32:00.000000', false, 1, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO ruling VALUES (1, 1, 'minerals', 'urgent', 'ring', 'new story', '[{"term":"rare earth","field":"title","start":0,"end":10,"surface":"Rare-earth"}]');
INSERT INTO fingerprint VALUES (-9223372036854775807, 1, 739406);
INSERT INTO reread VALUES (NULL, NULL, 1, 1, '2025-06-05 11:30:00.000000', '2025-06-05 11:45:00.000000', NULL, 0);
INSERT INTO delivery VALUES (NULL, NULL, 1, 'al-1 ada', 'al-1', 'ada', 'mail', 'ada@desk.example', 'urgent', '2025-06-05 11:30:00.000000', 'sent', NULL, NULL, 'al-1 ada', 1);
INSERT INTO delivery VALUES (NULL, NULL, 2, 'al-1 ben', 'al-1', 'ben', 'mail', 'ben@desk.example', 'urgent', '2025-06-05 11:30:00.000000', 'pending', NULL, NULL, 'al-1 ben', 0);
INSERT INTO attempt VALUES (1, 'al-1 ada', 'token', '2025-06-05 11:30:01.000000', '2025-06-05 11:30:02.000000', 'sent', 'smtp 250', '', '');
