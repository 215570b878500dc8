export default function Page() {
  return <p>Next answers here.</p>
}
