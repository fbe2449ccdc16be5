import { describe, expect, it } from 'vitest';
import {
  apart,
  chosenPercent,
  confidenceText,
  countOf,
  percent,
  percentBeside,
  wholeNumber,
} from '../../src/analysis/text.ts';

describe('numbers as people read them', () => {
  it('separate thousands', () => {
    expect(wholeNumber(999)).toBe('999');
    expect(wholeNumber(1_234_567)).toBe('1,234,567');
    expect(countOf({ events: 24, trials: 2000 })).toBe('24 of 2,000');
  });

  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [1e-9, '0.0000001 %'],
    [0.00012345, '0.012 %'],
    [0.003, '0.3 %'],
    [0.01249, '1.2 %'],
    [0.0996, '10 %'],
    [0.12345, '12.3 %'],
    [0.5, '50 %'],
    [0.99, '99 %'],
    [0.9951, '99.5 %'],
    [0.99949, '99.95 %'],
    [0.99996, '99.996 %'],
    [1 - 1e-9, '99.9999999 %'],
  ])('a measured share %d is %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });

  it('never call something nothing, or nearly everything everything', () => {
    expect(percent(Number.MIN_VALUE * 1e3)).not.toBe('0 %');
    expect(percent(1 - 1e-13)).not.toBe('100 %');
  });

  it.each([
    [0.01, '1 %'],
    [0.00125, '0.125 %'],
    [0.7 / 100, '0.7 %'],
    [0.29, '29 %'],
    [0.99999, '99.999 %'],
  ])('a chosen share %d is what was written, %s', (share, text) => {
    expect(chosenPercent(share)).toBe(text);
  });

  it('show that a measured share is not the chosen one', () => {
    expect(percentBeside(0.010004, 0.01)).toBe('1.0004 %');
    expect(percentBeside(0.009996, 0.01)).toBe('0.9996 %');
    expect(percentBeside(0.01, 0.01)).toBe('1 %');
    expect(percentBeside(0.0124, 0.01)).toBe('1.2 %');
  });

  it('show that two values differ, with four digits or more', () => {
    expect(apart(12.3456, 10)).toEqual(['12.35', '10']);
    expect(apart(10.00004, 10)).toEqual(['10.00004', '10']);
    expect(apart(1234.56, 1234.56)).toEqual(['1,235', '1,235']);
    expect(apart(1 + Number.EPSILON, 1)[0]).not.toBe('1');
    expect(apart(Infinity, 3)).toEqual(['∞', '3']);
  });

  it.each([
    [0, 'confidence 0 %'],
    [95, 'confidence 95 %'],
    [97.58, 'confidence 97.5 %'],
    [99.89, 'confidence 99.8 %'],
    [99.9, 'confidence 99.9 %'],
    [99.979, 'confidence 99.97 %'],
    [99.9899, 'confidence 99.98 %'],
    [99.995, 'confidence over 99.99 %'],
    [100, 'confidence over 99.99 %'],
  ])('a confidence of %d promises no more than there is: %s', (value, text) => {
    expect(confidenceText(value)).toBe(text);
  });
});
