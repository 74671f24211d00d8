export declare function kubernetesVersion(): string;
export declare function serverFolder(): string;
export declare function findGo(candidates?: readonly string[]): string;
export declare function buildServer(say?: (line: string) => void): Promise<string>;
