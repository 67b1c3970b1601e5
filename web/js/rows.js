// The rows of the device's database, as they are kept. Words and names in them are
// protected, see vault.js: the data of a conversation, a message or an item of a
// list, a draft's text, the safety plan, the copy of what waits. What sorts and
// settles rows is readable: ids, order numbers, times, codes, and the country
// whose crisis lines are shown.
"use strict";

(() => {
  const { db: { read, done }, vault } = self.pleiades;

  // What makes rows takes a key as vault.use returns it.
  const messageRow = async (mine, conversation, { id, seq, ...rest }) => ({
    account: mine.account, conversation, seq, id,
    data: await mine.protect("messages", [mine.account, conversation, seq], { id, seq, ...rest }),
  });
  const itemRow = async (mine, conversation, item) => ({
    account: mine.account, conversation, id: item.id, rev: item.rev ?? 0,
    data: await mine.protect("agenda", [mine.account, conversation, item.id], item),
  });
  const conversationRow = async (mine, data) => ({
    account: mine.account, id: data.id, rev: data.rev ?? 0, agendaRev: data.agendaRev ?? 0,
    data: await mine.protect("conversations", [mine.account, data.id], data),
  });
  // What a person has just written is protected at once.
  const draftRow = (mine, conversation, text) => ({
    account: mine.account, conversation,
    text: text === "" ? "" : mine.protectNow("drafts", [mine.account, conversation], text),
  });
  // What waits keeps its words, a message's body or a list's change, in its copy.
  const outboxRow = (mine, { body, change, ticket, ...row }) => ({
    account: mine.account, ...row,
    copy: mine.protectNow("outbox", [mine.account, row.id], { body, change, ticket }),
  });

  // waiting returns a row of the outbox with its words.
  async function waiting(mine, { copy, envelope, ...rest }) {
    const row = { ...rest, sealed: Boolean(envelope) };
    return copy ? { ...row, ...await mine.reveal("outbox", [row.account, row.id], copy) } : row;
  }

  // Older builds left rows in the clear. Per store: how such a row is protected,
  // undefined if it is already. Conversations come last: while one is in the clear,
  // the sweep is not over.
  const clear = {
    messages: (mine, row) => vault.isProtected(row.data) ? undefined : messageRow(mine, row.conversation, row.data),
    agenda: (mine, row) => vault.isProtected(row.data) ? undefined : itemRow(mine, row.conversation, row.data),
    drafts: (mine, row) => vault.isProtected(row.text) ? undefined : draftRow(mine, row.conversation, row.text),
    private: async (mine, { account, name, value }) =>
      name === "country" || vault.isProtected(value) ? undefined :
        { account, name, value: await mine.protect("private", [account, name], value) },
    outbox: (mine, row) => row.copy ? undefined : outboxRow(mine, row),
    conversations: (mine, row) => vault.isProtected(row.data) ? undefined : conversationRow(mine, row.data),
  };

  // sweep protects an account's rows that are in the clear. A row that changes
  // meanwhile is left for the next time.
  async function sweep(mine) {
    for (const [name, protectRow] of Object.entries(clear)) {
      const rows = await read([name], (tx) => done(tx.objectStore(name).getAll()));
      const changes = [];
      for (const before of rows.filter((row) => row.account === mine.account)) {
        const after = await protectRow(mine, before);
        if (after) changes.push({ before, after });
      }
      await vault.writeAs(mine, [name], async (tx) => {
        const store = tx.objectStore(name);
        for (const { before, after } of changes) {
          const key = store.keyPath === "n" ? before.n : store.keyPath.map((part) => before[part]);
          const now = await done(store.get(key));
          if (JSON.stringify(now) === JSON.stringify(before)) store.put(after);
        }
      });
    }
  }

  function putDraft(tx, row) {
    const drafts = tx.objectStore("drafts");
    if (row.text === "") drafts.delete([row.account, row.conversation]);
    else drafts.put(row);
  }

  const findWaiting = (tx, account, id) => done(tx.objectStore("outbox").index("id").get([account, id]));

  // sameBytes reports whether two values, protected or not, are the same.
  const sameBytes = (a, b) => a === b || (a !== undefined && b !== undefined && indexedDB.cmp(a, b) === 0);

  const make = {
    message: messageRow, item: itemRow, conversation: conversationRow, draft: draftRow, outbox: outboxRow,
  };
  self.pleiades.rows = { make, waiting, sweep, putDraft, findWaiting, sameBytes };
})();
