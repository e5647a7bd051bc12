export function addListener(value: number): void {
  console.log(value);
}
