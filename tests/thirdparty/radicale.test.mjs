// A CalDAV server behind the gateway, asked as a calendar asks: by Basic, with WebDAV's methods.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask, basic, python, root, stage } from './stage.mjs';

let world;
let ada;
const calendar = () => `/${ada.id}/work/`;
const event = [
  'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Atoll//Tests//EN', 'BEGIN:VEVENT', 'UID:launch@example.com',
  'DTSTAMP:20261126T120000Z', 'DTSTART:20261201T090000Z', 'DTEND:20261201T100000Z', 'SUMMARY:Launch', 'END:VEVENT',
  'END:VCALENDAR', '',
].join('\r\n');

before(async () => {
  world = await stage({
    calendar: ({ port, folder, start }) => {
      const config = join(folder, 'radicale.conf');
      writeFileSync(
        config,
        `[server]\nhosts = 127.0.0.1:${port}\n[auth]\ntype = radicale_atoll\n` +
          `[storage]\nfilesystem_folder = ${join(folder, 'collections')}\n[web]\ntype = none\n`,
      );
      start(python('radicale'), ['--config', config], {
        env: { ...process.env, PYTHONPATH: join(root, 'tests/thirdparty') },
      });
    },
  });
  ada = world.people.ada;
});
after(() => world?.stop());

const dav = (method, path, body, headers = {}, who = ada) =>
  ask(world, 'calendar', method, path, {
    headers: { ...basic(who.email, who.tokens.calendar), 'content-type': 'application/xml', ...headers },
    body,
  });

test('a calendar that has no password yet is asked for one', async () => {
  const answer = await ask(world, 'calendar', 'PROPFIND', '/', { headers: { 'user-agent': 'Mozilla/5.0 Thunderbird/128' } });
  assert.equal(answer.status, 401);
  assert.match(answer.headers['www-authenticate'], /^Basic realm=/);
});

test('it finds out who it is, and that is the owner of the token', async () => {
  const wish = '<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>';
  const answer = await dav('PROPFIND', '/', wish, { depth: '0' });
  assert.equal(answer.status, 207, answer.text);
  assert.ok(answer.text.includes(`/${ada.id}/`), answer.text);
});

test('it makes a calendar, puts an event into it, finds it by time, and removes it', async () => {
  const made = await dav('MKCALENDAR', calendar());
  assert.equal(made.status, 201, made.text);
  const put = await dav('PUT', `${calendar()}launch.ics`, event, { 'content-type': 'text/calendar', 'if-none-match': '*' });
  assert.equal(put.status, 201, put.text);
  const query =
    '<c:calendar-query xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><prop><getetag/><c:calendar-data/></prop>' +
    '<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">' +
    '<c:time-range start="20261201T000000Z" end="20261202T000000Z"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>';
  const found = await dav('REPORT', calendar(), query, { depth: '1' });
  assert.equal(found.status, 207, found.text);
  assert.ok(found.text.includes('SUMMARY:Launch'), found.text);
  const removed = await dav('DELETE', `${calendar()}launch.ics`, undefined, { 'if-match': put.headers.etag });
  assert.equal(removed.status, 200, removed.text);
});

test('nobody reads somebody else’s calendar, and nobody becomes somebody else by a header', async () => {
  const forged = { 'x-forwarded-user': ada.id, 'x-remote-user': ada.id, x_forwarded_user: ada.id };
  const answer = await dav('PROPFIND', calendar(), undefined, { depth: '1', ...forged }, world.people.ben);
  assert.ok([403, 404].includes(answer.status), `${answer.status} ${answer.text}`);
});
