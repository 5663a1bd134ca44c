import { chooseFormat, MEDIA_TYPES } from './choose-format.js';

describe('the form of a report', () => {
  it.each([
    [undefined, 'json'],
    ['*/*', 'json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'json'],
    ['image/png', 'json'],
    ['text/csv', 'csv'],
    ['text/csv;q=0.1, application/pdf', 'pdf'],
    [`${MEDIA_TYPES.xlsx}, application/json;q=0.5`, 'xlsx'],
  ])('Accept: %s is answered in %s', (accept, format) => expect(chooseFormat(undefined, accept)).toBe(format));

  it('is what the query says, whatever the header', () => expect(chooseFormat('csv', 'application/pdf')).toBe('csv'));
});
