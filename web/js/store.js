// What the device keeps: the account, a copy of its conversations and their
// next-appointment lists, drafts, the outbox, and what is private: that never
// leaves the device. Used by the page (from Go) and by the service worker. Every
// row begins with the account it belongs to, so that one login can neither see
// nor send what another wrote on the same device.
//
// What a row looks like, and what of it is protected, is told in rows.js. Crypto
// must not be awaited within a transaction, which would end meanwhile: rows are
// protected before and revealed after.
//
// Invariant: the messages kept of a conversation are one run without gaps. A
// message that would leave a gap is not kept; the next sync brings it. Of a list
// everything up to the agendaRev kept with its conversation is kept.
"use strict";

(() => {
  const { db: { isNew, read, write, done, under }, vault, leaving, rows } = self.pleiades;
  const { make, waiting, sweep, putDraft, sameBytes, findWaiting } = rows;
  const WINDOW = 50; // messages of a conversation read at start

  // edge returns the lowest ("next") or highest ("prev") seq kept of a
  // conversation, or 0.
  async function edge(tx, account, conversation, direction) {
    const cursor = await done(tx.objectStore("messages").openKeyCursor(under(account, conversation), direction));
    return cursor ? cursor.key[2] : 0;
  }

  // newest returns the rows of up to limit messages below the seq before,
  // ascending.
  async function newest(tx, account, conversation, before, limit) {
    const range = IDBKeyRange.bound([account, conversation], [account, conversation, before], false, true);
    const rows = [];
    await new Promise((resolve, reject) => {
      const request = tx.objectStore("messages").openCursor(range, "prev");
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor || rows.length === limit) return resolve();
        rows.unshift(cursor.value);
        cursor.continue();
      };
    });
    return rows;
  }

  // keep adds rows of messages, ascending or descending, to the run of a
  // conversation where they touch it. It returns the ids of those that are here
  // now.
  async function keep(tx, account, conversation, rows) {
    const ids = new Set();
    if (rows.length === 0) return ids;
    let low = await edge(tx, account, conversation, "next");
    let high = await edge(tx, account, conversation, "prev");
    const store = tx.objectStore("messages");
    for (const row of rows) {
      const empty = high === 0;
      const here = !empty && row.seq >= low && row.seq <= high;
      if (!here && !empty && row.seq !== high + 1 && row.seq !== low - 1) continue;
      if (!here) store.put(row);
      low = empty ? row.seq : Math.min(low, row.seq);
      high = Math.max(high, row.seq);
      ids.add(row.id);
    }
    return ids;
  }

  // keepItems keeps rows of items of a list, each unless it is kept as it was
  // later.
  async function keepItems(tx, account, conversation, rows) {
    const store = tx.objectStore("agenda");
    for (const row of rows) {
      const kept = await done(store.get([account, conversation, row.id]));
      if ((kept?.rev ?? 0) <= row.rev) store.put(row);
    }
  }

  // isCurrent reports whether the app is still the account's: what arrives for
  // one that has logged out is not kept.
  async function isCurrent(tx, account) {
    return owner(await done(tx.objectStore("device").get("current"))) === account;
  }

  // owner returns the id of the account whose app this is. Before version 3 the
  // row held all of the account.
  const owner = (current) => current?.account?.id ?? current?.account;

  // outboxRows returns the rows of an account in the order of sending.
  async function outboxRows(tx, account) {
    const rows = await done(tx.objectStore("outbox").getAll());
    return rows.filter((row) => row.account === account);
  }

  const each = (values, f) => Promise.all((values ?? []).map(f));

  // settle removes what is stored by the server and kept here now: messages by
  // their ids, the rest by the rev up to which the conversation is known.
  async function settle(tx, { account, id: conversation, rev }, ids) {
    for (const row of await outboxRows(tx, account)) {
      const known = ids.has(row.id) || (row.conversation === conversation && row.stored && row.rev <= rev);
      if (known) tx.objectStore("outbox").delete(row.n);
    }
  }

  // privateOf returns what is private: {plan, country}, as far as it is there.
  async function privateOf(mine, rows) {
    const values = await opened(rows, async ({ name, value }) => [name, await mine.reveal("private", [mine.account, name], value)]);
    return Object.fromEntries(values);
  }

  // opened resolves to what f makes of each value, leaving out what does not
  // open: it was changed from outside, or belongs to a key that is no more.
  async function opened(values, f) {
    const results = await Promise.allSettled(values.map(f));
    return results.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
  }

  // openedOutbox returns rows of the outbox with their words. One that neither
  // opens nor has an envelope, as of a key that is no more, cannot be sent: it is
  // set aside, so as not to hold up what is behind it.
  async function openedOutbox(mine, rows) {
    const results = await Promise.allSettled(rows.map((row) => waiting(mine, row)));
    const stuck = rows.filter((row, i) => results[i].status === "rejected" && !row.envelope && !row.rejected);
    if (stuck.length > 0) {
      await vault.writeAs(mine, ["outbox"], async (tx) => {
        const outbox = tx.objectStore("outbox");
        for (const { n } of stuck) {
          const row = await done(outbox.get(n));
          if (row && !row.envelope) outbox.put({ ...row, rejected: "unreadable" });
        }
      });
    }
    return results.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
  }

  // ---- whose app this is -----------------------------------------------------

  // current returns whose app this is: {account}, or {locked: true, id, country,
  // ways} while its key is not at hand, with the ways to open it, or
  // {loggingOut: true} where someone logged out without a connection and the
  // server is yet to hear of it; {} if nobody's.
  async function current() {
    await leaving.forgetOthers();
    const row = await isNew() ? {} : (await read(["device"], (tx) => done(tx.objectStore("device").get("current")))) ?? {};
    if (!row.account) {
      vault.release();
      return row;
    }
    if (row.account.id) { // as older builds left it
      await setCurrent(row);
      return row;
    }
    const id = row.account;
    const key = await vault.find(id);
    if (!key) return {}; // it was taken off the device
    if (!key.open) {
      const country = await read(["private"], (tx) => done(tx.objectStore("private").get([id, "country"])));
      return { locked: true, id, country: country?.value ?? "", ways: key.ways };
    }
    return row.profile ? { account: await vault.reveal("device", [id, "current"], row.profile) } : {};
  }

  // setCurrent makes the app an account's, which locks within the minutes that its
  // practices allow, or nobody's.
  async function setCurrent({ account, within, ...rest }) {
    let row = rest;
    if (account) {
      await vault.begin(account.id);
      row = { account: account.id, profile: await vault.protect("device", [account.id, "current"], account) };
    }
    await vault.alone(() => write(["device", "keys"], async (tx) => {
      tx.objectStore("device").put(row, "current");
      const key = within && await done(tx.objectStore("keys").get(account.id));
      if (key) tx.objectStore("keys").put({ ...key, within });
    }));
  }

  // setOwner makes the app an account's that it cannot tell of before its key is
  // opened.
  const setOwner = (account) => write(["device"], async (tx) => {
    const row = await done(tx.objectStore("device").get("current"));
    if (owner(row) !== account) tx.objectStore("device").put({ account }, "current");
  });

  const store = {
    current,
    setCurrent,
    setOwner,

    // load returns all a page needs to start without the server.
    load: async (account) => {
      const mine = await vault.use(account);
      await leaving.recover(mine);
      const kept = await read(["conversations", "messages", "agenda", "drafts", "outbox", "private"], async (tx) => {
        const conversations = [];
        for (const row of await done(tx.objectStore("conversations").getAll(under(account)))) {
          const messages = await newest(tx, account, row.id, Infinity, WINDOW);
          const agenda = await done(tx.objectStore("agenda").getAll(under(account, row.id)));
          conversations.push({ row, messages, agenda });
        }
        return {
          conversations,
          drafts: await done(tx.objectStore("drafts").getAll(under(account))),
          outbox: await outboxRows(tx, account),
          private: await done(tx.objectStore("private").getAll(under(account))),
        };
      });
      const inClear = [
        ...kept.conversations.map(({ row }) => row.data), ...kept.drafts.map((row) => row.text),
        ...kept.outbox.map((row) => row.copy), ...kept.private.filter((row) => row.name !== "country").map((row) => row.value),
        ...kept.conversations.flatMap(({ messages, agenda }) => [...messages, ...agenda].map((row) => row.data)),
      ].some((value) => !vault.isProtected(value));
      if (inClear) await sweep(mine);
      return {
        conversations: await opened(kept.conversations, async ({ row, messages, agenda }) => ({
          ...await mine.reveal("conversations", [account, row.id], row.data),
          agendaRev: row.agendaRev ?? row.data.agendaRev,
          messages: await each(messages, (m) => mine.reveal("messages", [account, row.id, m.seq], m.data)),
          agenda: await each(agenda, (item) => mine.reveal("agenda", [account, row.id, item.id], item.data)),
        })),
        drafts: await opened(kept.drafts, async ({ conversation, text }) => ({
          conversation, text: await mine.reveal("drafts", [account, conversation], text),
        })),
        outbox: await openedOutbox(mine, kept.outbox),
        private: await privateOf(mine, kept.private),
      };
    },

    // older returns up to limit kept messages below before, ascending.
    older: async (account, conversation, before, limit) => {
      const mine = await vault.use(account);
      const rows = await read(["messages"], (tx) => newest(tx, account, conversation, before, limit));
      return each(rows, (row) => mine.reveal("messages", [account, conversation, row.seq], row.data));
    },

    // saveSynced keeps what the server said: conversations with their messages,
    // ascending, and items of their lists.
    saveSynced: async (account, synced) => {
      const mine = await vault.use(account);
      const rows = await each(synced, async ({ messages, agenda, ...data }) => ({
        conversation: await make.conversation(mine, data),
        messages: await each(messages, (m) => make.message(mine, data.id, m)),
        items: await each(agenda, (item) => make.item(mine, data.id, item)),
      }));
      await vault.writeAs(mine, ["device", "conversations", "messages", "agenda", "outbox"], async (tx) => {
        if (!(await isCurrent(tx, account))) return;
        const conversations = tx.objectStore("conversations");
        for (const { conversation, messages, items } of rows) {
          const { id } = conversation;
          const kept = await done(conversations.get([account, id]));
          const agendaRev = Math.max(kept?.agendaRev ?? 0, conversation.agendaRev);
          conversations.put({ ...conversation, agendaRev });
          await settle(tx, conversation, await keep(tx, account, id, messages));
          await keepItems(tx, account, id, items);
        }
      });
    },

    // saveOlder keeps a page of older messages, ascending: the newest of them
    // touches the oldest one kept.
    saveOlder: async (account, conversation, messages) => {
      const mine = await vault.use(account);
      const rows = await each(messages.toReversed(), (m) => make.message(mine, conversation, m));
      await vault.writeAs(mine, ["device", "messages"], async (tx) => {
        if (await isCurrent(tx, account)) await keep(tx, account, conversation, rows);
      });
    },

    // saveDraft writes a draft in the place of what it was. It commits by itself: a
    // page that is going lives to ask for it, not to see it done.
    saveDraft: async (account, conversation, text, was) => {
      const mine = await vault.use(account);
      const row = make.draft(mine, conversation, text);
      await leaving.during(mine, [], row, was, () => write(["drafts"], (tx) => {
        putDraft(tx, row);
        tx.commit();
      }));
    },

    // enqueue puts items into the outbox and replaces a draft, where one is given
    // as {conversation, text, was}, together. It commits by itself, too. What an item
    // is, its kind says: see outbox.js.
    enqueue: async (account, items, draft) => {
      const mine = await vault.use(account);
      const rows = items.map((item) => make.outbox(mine, item));
      const rest = draft && make.draft(mine, draft.conversation, draft.text);
      await leaving.during(mine, rows, rest, draft?.was ?? "", () => write(["outbox", "drafts"], (tx) => {
        for (const row of rows) tx.objectStore("outbox").add(row);
        if (rest) putDraft(tx, rest);
        tx.commit();
      }));
    },

    // takeBack moves a message from the outbox into its draft and resolves to
    // the new draft, or to null where it is too late. What was rejected can
    // always be taken back. What was tried cannot, since the server may have it,
    // unless the caller has asked the server, and nothing is sent meanwhile.
    takeBack: async (account, id, asked) => {
      const mine = await vault.use(account);
      const tried = (row) => !row || (row.attempted && !row.rejected && !asked);
      const look = async (tx) => ({ row: await findWaiting(tx, account, id) });
      const draftOf = async (tx, row) => (await done(tx.objectStore("drafts").get([account, row.conversation])))?.text;
      for (;;) {
        const { row, draft } = await read(["outbox", "drafts"], async (tx) => {
          const { row } = await look(tx);
          return { row, draft: row && await draftOf(tx, row) };
        });
        if (tried(row)) return null;
        const { conversation } = row;
        const { body } = await waiting(mine, row);
        const text = draft ? body + "\n\n" + await mine.reveal("drafts", [account, conversation], draft) : body;
        const changed = make.draft(mine, conversation, text);
        const outcome = await vault.writeAs(mine, ["outbox", "drafts"], async (tx) => {
          if (tried((await look(tx)).row)) return "late";
          if (!sameBytes(await draftOf(tx, row), draft)) return "again"; // another page wrote it
          tx.objectStore("outbox").delete(row.n);
          putDraft(tx, changed);
          leaving.forgetItem(account, id);
          return "done";
        });
        if (outcome !== "again") return outcome === "done" ? text : null;
      }
    },

    // remove drops an item from the outbox and resolves to whether it could, as
    // takeBack.
    remove: (account, id, asked) => write(["outbox"], async (tx) => {
      const row = await findWaiting(tx, account, id);
      if (!row || (row.attempted && !row.rejected && !asked)) return false;
      tx.objectStore("outbox").delete(row.n);
      leaving.forgetItem(account, id);
      return true;
    }),

    outbox: async (account) => {
      const mine = await vault.use(account);
      const rows = await read(["outbox"], (tx) => outboxRows(tx, account));
      return openedOutbox(mine, rows);
    },

    private: async (account) => {
      const mine = await vault.use(account);
      return privateOf(mine, await read(["private"], (tx) => done(tx.objectStore("private").getAll(under(account)))));
    },

    savePrivate: async (account, name, value) => {
      const mine = await vault.use(account);
      const kept = name === "country" ? value : await mine.protect("private", [account, name], value);
      await vault.writeAs(mine, ["device", "private"], async (tx) => {
        if (await isCurrent(tx, account)) tx.objectStore("private").put({ account, name, value: kept });
      });
    },

    // What readers say of articles of the Help Center waits here without a
    // connection, the last word on each. It is nobody's: anyone may say it, logged
    // in or not. It lies there readable, until it is said or someone leaves.
    keepRating: ({ article, helpful }) => write(["device"], (tx) => {
      tx.objectStore("device").put(helpful, ["rating", article]);
    }),
    ratings: () => read(["device"], async (tx) => {
      const store = tx.objectStore("device");
      const range = under("rating");
      const [keys, values] = [await done(store.getAllKeys(range)), await done(store.getAll(range))];
      return keys.map(([, article], i) => ({ article, helpful: values[i] }));
    }),
    dropRating: (article) => write(["device"], (tx) => { tx.objectStore("device").delete(["rating", article]); }),

    // leave removes all the device keeps of an account, its key and what waits to be
    // said of articles with it, since that says what was read here, and makes
    // the app what next says, if it was that account's. Sealed envelopes, which can
    // be sent without the key, may stay.
    leave: (account, next, sealedStay) => {
      vault.release();
      return write(["device", "keys", "conversations", "messages", "agenda", "drafts", "private", "outbox"], async (tx) => {
        const device = tx.objectStore("device");
        if (await isCurrent(tx, account)) device.put(next, "current");
        device.delete(vault.open(account));
        device.delete(vault.acted(account));
        vault.forgetSeen(tx);
        device.delete(under("rating"));
        tx.objectStore("keys").delete(account);
        for (const name of ["conversations", "messages", "agenda", "drafts", "private"]) {
          tx.objectStore(name).delete(under(account));
        }
        for (const row of await outboxRows(tx, account)) {
          if (!sealedStay || !row.envelope) tx.objectStore("outbox").delete(row.n);
        }
      });
    },
  };

  self.pleiades.store = store;
})();
