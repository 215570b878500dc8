export default function Home() {
  return <p>React Router answers here.</p>
}
