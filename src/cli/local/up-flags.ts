/** Options of `fairlead local up`. */

/** The options of the command. */
export interface UpFlags {
  readonly port: number;
  readonly state: string;
  readonly runtime: 'process' | 'simulated';
  readonly images?: string;
  readonly functions?: string;
  readonly timeScale: number;
  readonly detach: boolean;
  readonly auth: boolean;
  readonly logFormat: 'text' | 'json';
}
